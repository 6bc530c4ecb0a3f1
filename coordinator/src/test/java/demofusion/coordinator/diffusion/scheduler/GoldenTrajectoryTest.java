package demofusion.coordinator.diffusion.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import demofusion.coordinator.diffusion.scheduler.step.NoiseMix;
import demofusion.coordinator.diffusion.scheduler.step.Scheduler;
import demofusion.coordinator.diffusion.scheduler.step.SolverHistory;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every golden trajectory of diffusers' schedulers. */
class GoldenTrajectoryTest {
  private static final List<GoldenTrajectory> GOLDEN = GoldenTrajectory.all();

  static Stream<GoldenTrajectory> golden() {
    return GOLDEN.stream();
  }

  static Stream<GoldenTrajectory> goldenWithNoise() {
    return GOLDEN.stream().filter(golden -> golden.has("noised"));
  }

  @Test
  void thereAreThirtySixSolversAtTwoOrThreeNumbersOfSteps() {
    assertThat(GOLDEN).hasSize(74);
  }

  @ParameterizedTest
  @MethodSource("golden")
  void visitsTheSameTimesteps(GoldenTrajectory golden) {
    Scheduler scheduler = golden.scheduler();
    float[] expected = golden.numbers("timesteps");

    assertThat(scheduler.steps()).isEqualTo(golden.steps());
    float[] visited = new float[expected.length];
    int evaluation = 0;
    for (int step = 0; step < golden.steps(); step++) {
      visited[evaluation++] = scheduler.timestep(step);
      if (scheduler.evaluations(step, step) > 1) {
        visited[evaluation++] = scheduler.secondTimestep(step);
      }
    }
    assertThat(evaluation).isEqualTo(expected.length);
    for (int n = 0; n < expected.length; n++) {
      assertThat(Math.abs(visited[n] - expected[n]))
          .as("evaluation %d", n)
          .isLessThanOrEqualTo(golden.timeTolerance(expected[n]));
    }
  }

  @ParameterizedTest
  @MethodSource("golden")
  void visitsTheSameNoiseLevels(GoldenTrajectory golden) {
    Scheduler scheduler = golden.scheduler();

    assertThat(scheduler.initNoiseSigma())
        .isCloseTo(golden.initNoiseSigma(), within(1e-6f * golden.initNoiseSigma()));
    if (golden.entry().has("sigmas")) {
      float[] all = golden.numbers("sigmas");
      boolean isTwice = all.length > golden.steps() + 1; // each but the first is there twice
      for (int step = 0; step <= golden.steps(); step++) {
        float expected = all[isTwice ? Math.max(0, 2 * step - 1) : step];
        assertThat((float) scheduler.sigma(step))
            .as("σ before step %d", step)
            .isCloseTo(expected, within(1e-6f * expected));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("goldenWithNoise")
  void addsNoiseAsTheReferenceDoes(GoldenTrajectory golden) {
    Scheduler scheduler = golden.scheduler();
    float[] clean = golden.tensor("clean");
    float[] noise = golden.tensor("noise");

    int evaluation = 0;
    for (int step = 0; step < scheduler.steps(); step++) {
      NoiseMix mix = scheduler.noiseMix(step);
      float[] noised = new float[clean.length];
      for (int n = 0; n < noised.length; n++) {
        noised[n] = mix.signal() * clean[n] + mix.noise() * noise[n];
      }
      assertClose(noised, golden.tensor("noised", evaluation), 1e-6, "step " + step);
      evaluation += scheduler.evaluations(step, step);
    }
  }

  @ParameterizedTest
  @MethodSource("golden")
  void goesTheSameWay(GoldenTrajectory golden) {
    Scheduler scheduler = golden.scheduler();
    float[] latent = golden.tensor("start").clone();
    SolverHistory history = new SolverHistory();
    int step = 0;

    for (int n = 0; n < golden.evaluations(); n++) {
      float[] input = latent.clone();
      float scale =
          history.evaluation() == 0 ? scheduler.inputScale(step) : scheduler.secondInputScale(step);
      for (int at = 0; at < input.length; at++) {
        input[at] *= scale;
      }
      scheduler.step(step, latent, golden.tensor("predictions", n), history, golden.noise());

      String where = " evaluation " + n + " of step " + step;
      assertClose(input, golden.tensor("inputs", n), golden.tolerance(), "input of" + where);
      assertClose(latent, golden.tensor("trajectory", n), golden.tolerance(), "after" + where);
      step += history.evaluation() == 0 ? 1 : 0;
    }
    assertThat(step).isEqualTo(scheduler.steps());
  }

  /** Nowhere further apart than that share of the largest expected value. */
  private static void assertClose(float[] actual, float[] expected, double share, String what) {
    double most = SolverFixture.distance(expected, new float[expected.length]);
    assertThat(SolverFixture.distance(actual, expected)).as(what).isLessThan(share * most);
  }
}
