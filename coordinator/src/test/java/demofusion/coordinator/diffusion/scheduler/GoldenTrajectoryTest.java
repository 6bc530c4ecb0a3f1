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
  private static final double RELATIVE = 1e-4;

  static Stream<GoldenTrajectory> golden() {
    return GOLDEN.stream();
  }

  static Stream<GoldenTrajectory> goldenWithNoise() {
    return GOLDEN.stream().filter(golden -> golden.has("noised"));
  }

  @Test
  void thereAreTwentyFourSolversAtTwoOrThreeNumbersOfSteps() {
    assertThat(GOLDEN).hasSize(50);
  }

  /**
   * Whole timesteps exactly. Fractions to two units in float32's last place, which numpy's
   * logarithm leaves to the processor that it runs on.
   */
  @ParameterizedTest
  @MethodSource("golden")
  void visitsTheSameTimesteps(GoldenTrajectory golden) {
    Scheduler scheduler = golden.scheduler();
    float[] expected = golden.numbers("timesteps");

    assertThat(scheduler.steps()).isEqualTo(expected.length);
    for (int step = 0; step < expected.length; step++) {
      boolean isWhole = expected[step] == Math.rint(expected[step]);
      assertThat(Math.abs(scheduler.timestep(step) - expected[step]))
          .as("step %d", step)
          .isLessThanOrEqualTo(isWhole ? 0 : 2e-7f * expected[step]);
    }
  }

  @ParameterizedTest
  @MethodSource("golden")
  void visitsTheSameNoiseLevels(GoldenTrajectory golden) {
    Scheduler scheduler = golden.scheduler();

    assertThat(scheduler.initNoiseSigma())
        .isCloseTo(golden.initNoiseSigma(), within(1e-6f * golden.initNoiseSigma()));
    if (golden.entry().has("sigmas")) {
      float[] expected = golden.numbers("sigmas");
      for (int step = 0; step < expected.length; step++) {
        assertThat((float) scheduler.sigma(step))
            .as("σ before step %d", step)
            .isCloseTo(expected[step], within(1e-6f * expected[step]));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("goldenWithNoise")
  void addsNoiseAsTheReferenceDoes(GoldenTrajectory golden) {
    Scheduler scheduler = golden.scheduler();
    float[] clean = golden.tensor("clean");
    float[] noise = golden.tensor("noise");

    for (int step = 0; step < scheduler.steps(); step++) {
      NoiseMix mix = scheduler.noiseMix(step);
      float[] noised = new float[clean.length];
      for (int n = 0; n < noised.length; n++) {
        noised[n] = mix.signal() * clean[n] + mix.noise() * noise[n];
      }
      assertClose(noised, golden.tensor("noised", step), 1e-6, "step " + step);
    }
  }

  @ParameterizedTest
  @MethodSource("golden")
  void goesTheSameWay(GoldenTrajectory golden) {
    Scheduler scheduler = golden.scheduler();
    float[] latent = golden.tensor("start").clone();
    SolverHistory history = new SolverHistory();

    for (int step = 0; step < scheduler.steps(); step++) {
      float[] input = latent.clone();
      for (int n = 0; n < input.length; n++) {
        input[n] *= scheduler.inputScale(step);
      }
      scheduler.step(step, latent, golden.tensor("predictions", step), history, golden.noise());

      assertClose(input, golden.tensor("inputs", step), RELATIVE, "model input of step " + step);
      assertClose(latent, golden.tensor("trajectory", step), RELATIVE, "after step " + step);
    }
  }

  /** Nowhere further apart than that share of the largest expected value. */
  private static void assertClose(float[] actual, float[] expected, double share, String what) {
    double most = SolverFixture.distance(expected, new float[expected.length]);
    assertThat(SolverFixture.distance(actual, expected)).as(what).isLessThan(share * most);
  }
}
