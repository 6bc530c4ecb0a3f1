package demofusion.deploy.selftest.golden;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import demofusion.deploy.selftest.GoldenModels;
import demofusion.protocol.DemofusionException;
import java.util.List;
import org.junit.jupiter.api.Test;

class GoldenModelTest {
  @Test
  void drawsWhatTheReferenceDrew() {
    assertThat(GoldenModels.miniature().runs()).containsExactly(GoldenRun.DIRECT);
    assertThat(GoldenModels.tinySd().runs()).containsExactly(GoldenRun.values());
  }

  @Test
  void refusesAnswersWithoutARun() {
    GoldenModel miniature = GoldenModels.miniature();
    List<GoldenRun> both = List.of(GoldenRun.values());

    assertThatThrownBy(() -> new GoldenModel("tiny", miniature.folder(), miniature.answers(), both))
        .isInstanceOf(DemofusionException.class)
        .hasMessageContaining("for tiny have no run.demofusion");
  }
}
