package demofusion.coordinator.http.compat.openai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import demofusion.protocol.api.JobProgress;
import demofusion.protocol.api.JobState;
import demofusion.protocol.api.JobView;
import demofusion.protocol.api.JobViews;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PictureStepsTest {
  private static JobView job(JobState state, int phases, List<Integer> previews) {
    return JobViews.of("job-1", Instant.EPOCH)
        .of("ann", "a fox")
        .in(state)
        .at(new JobProgress(1, phases, 1, 50, 0, 0, 0.5, 0, 0))
        .with(previews, state == JobState.DONE)
        .view();
  }

  @ParameterizedTest
  @CsvSource({
    "0, 4, ''",
    "1, 4, '3'",
    "2, 4, '2 3'",
    "3, 4, '1 2 3'",
    "3, 8, '3 5 7'",
    "3, 2, '1'",
    "2, 1, ''",
  })
  void sendsSoManyPreviews_evenlyAmongThoseThatComes(int most, int phases, String sent) {
    PictureSteps steps = new PictureSteps(most);
    List<String> files = new ArrayList<>();
    List<Integer> previews = new ArrayList<>();

    for (int phase = 1; phase < phases; phase++) {
      previews.add(phase);
      steps.after(job(JobState.RUNNING, phases, previews)).forEach(step -> files.add(step.file()));
      assertThat(steps.after(job(JobState.RUNNING, phases, previews))).isEmpty();
    }
    List<PictureSteps.Step> last = steps.after(job(JobState.DONE, phases, previews));

    assertThat(String.join(" ", files).replaceAll("phase-(\\d)\\.png", "$1")).isEqualTo(sent);
    assertThat(last).singleElement().matches(PictureSteps.Step::isLast);
    assertThat(last.get(0).file()).isEqualTo("image.png");
  }

  @Test
  void catchesUp_whereEventsWereMissed() {
    List<PictureSteps.Step> all =
        new PictureSteps(3).after(job(JobState.DONE, 4, List.of(3, 1, 2)));

    assertThat(all)
        .extracting(PictureSteps.Step::file)
        .containsExactly("phase-1.png", "phase-2.png", "phase-3.png", "image.png");
    assertThat(all).extracting(PictureSteps.Step::index).containsExactly(0, 1, 2, -1);
  }

  @Test
  void endsInARefusal_whereThereWillBeNoPicture() {
    assertThatThrownBy(() -> new PictureSteps(3).after(job(JobState.FAILED, 4, List.of())))
        .hasMessageContaining("failed");
    assertThatThrownBy(() -> new PictureSteps(3).after(job(JobState.CANCELLED, 4, List.of())))
        .hasMessageContaining("cancelled");
  }
}
