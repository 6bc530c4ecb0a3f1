package demofusion.deploy.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;

class SoakBenchTest {
  @Test
  void takesForLevel_whatOnlyWavers() {
    Random random = new Random(1);

    List<SoakBench.Level> levels =
        SoakBench.levels(
            samples(
                n ->
                    new ProcessLook(
                        60 + random.nextDouble(), 500 + n % 5, 40 + n % 3, 70 + n % 2)));

    assertThat(levels).allMatch(SoakBench.Level::isLevel);
  }

  @Test
  void takesForLevel_whatRisesInTheWarmUpOnly() {
    List<SoakBench.Level> levels =
        SoakBench.levels(
            samples(n -> new ProcessLook(n < 6 ? 10 * n : 60, 500, n < 6 ? n : 6, 70)));

    assertThat(levels).allMatch(SoakBench.Level::isLevel);
  }

  @Test
  void findsWhatRises() {
    List<SoakBench.Level> levels =
        SoakBench.levels(samples(n -> new ProcessLook(60 + n, 500, 40, 70 + n)));

    assertThat(levels)
        .extracting(SoakBench.Level::isLevel)
        .containsExactly(false, true, true, false);
    assertThat(levels.get(0).last() - levels.get(0).first()).isCloseTo(13, within(1e-9));
    assertThat(levels.get(0).line()).contains("RISING");
  }

  @Test
  void findsOneSmallObjectThatIsKeptOfEachJob_whileTheHeapWavers() {
    Random random = new Random(1);

    List<SoakBench.Level> levels =
        SoakBench.levels(
            samples(n -> new ProcessLook(60 + random.nextDouble(), 500 + 100 * n, 40, 70)));

    assertThat(levels)
        .extracting(SoakBench.Level::isLevel)
        .containsExactly(true, false, true, true);
  }

  @Test
  void countsTheObjectsOfOurOwnClasses() {
    String histogram =
        """
         num     #instances         #bytes  class name (module)
        -------------------------------------------------------
           1:         58001        5121016  [B (java.base@17.0.15)
           2:            50           4400  demofusion.coordinator.job.record.Job
          13:             7            168  demofusion.protocol.JobId
          14:             3            168  [Ldemofusion.protocol.FailureCode;
        Total        513906       27827328
        """;

    assertThat(ProcessLook.ours(histogram)).isEqualTo(57);
  }

  @Test
  void refusesTooFewJobsToSeeATrend() {
    assertThatThrownBy(() -> new SoakBench(19, words -> {}))
        .hasMessage("jobs 19 must be at least 20");
  }

  private static List<SoakBench.Sample> samples(IntFunction<ProcessLook> look) {
    List<SoakBench.Sample> samples = new ArrayList<>();
    for (int n = 0; n < 20; n++) {
      samples.add(new SoakBench.Sample(100 * n, look.apply(n)));
    }
    return samples;
  }
}
