package demofusion.deploy.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import demofusion.coordinator.diffusion.Phase;
import demofusion.coordinator.diffusion.RenderPlan;
import demofusion.coordinator.render.RenderProgress;
import demofusion.deploy.Plans;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ProgressTest {
  private final RenderPlan plan = Plans.byDefault();
  private final Phase second = plan.phases().get(1);
  private final Progress progress = new Progress(plan);

  @Test
  void saysPhaseStepTilesRateAndEta() {
    // 600 tiles are left, at 10 a second.
    RenderProgress halfway = new RenderProgress(second, 5, 20, 7, 13, 300, 900, 10);

    assertThat(progress.line(halfway, 0))
        .isEqualTo("phase 2/2  512x512  step 5/20  tiles 7/13  10 tiles/s  ETA 1:00");
  }

  @Test
  void saysNoRate_beforeItIsKnown() {
    RenderProgress begun = new RenderProgress(second, 1, 20, 0, 13, 100, 900, 0);

    assertThat(progress.line(begun, 0)).isEqualTo("phase 2/2  512x512  step 1/20  tiles 0/13");
  }

  @Test
  void saysThatAPictureIsEncoded_beforeThePhasesFirstStep() {
    RenderProgress between = new RenderProgress(second, 0, 20, 5, 9, 300, 900, 10, 240, 4);

    assertThat(progress.line(between, 0))
        .isEqualTo("phase 2/2  512x512  encoding 5/9  10 tiles/s  ETA 1:00");
  }

  @Test
  void isCut_whenTheTerminalIsNarrow() {
    RenderProgress halfway = new RenderProgress(second, 5, 20, 7, 13, 300, 900, 10);

    assertThat(progress.line(halfway, 18)).isEqualTo("phase 2/2  512x512");
  }

  @Test
  void saysHowLongAPhaseTook() {
    assertThat(progress.doneLine(second, Duration.ofSeconds(95)))
        .isEqualTo("phase 2/2  512x512  50 steps in 1 min 35 s");
  }

  @Test
  void putsDurationsInWords_byTheirSize() {
    assertThat(Durations.words(0.44)).isEqualTo("0.4 s");
    assertThat(Durations.words(42)).isEqualTo("42 s");
    assertThat(Durations.words(3600 * 3 + 5 * 60)).isEqualTo("3 h 5 min");
    assertThat(Durations.clock(3600 * 3 + 5 * 60 + 9)).isEqualTo("3:05:09");
    assertThat(Durations.rate(0.0213)).isEqualTo("0.021");
    assertThat(Durations.rate(1.44)).isEqualTo("1.4");
  }
}
