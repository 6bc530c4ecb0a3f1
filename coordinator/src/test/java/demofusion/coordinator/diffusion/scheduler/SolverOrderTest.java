package demofusion.coordinator.diffusion.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import demofusion.coordinator.diffusion.random.StepNoise;
import demofusion.coordinator.diffusion.scheduler.step.Scheduler;
import demofusion.coordinator.diffusion.scheduler.step.SolverHistory;
import demofusion.protocol.model.SchedulerKind;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Where the pictures are normally distributed with deviation c, the variance of x is V = α²c² + s²,
 * the best model says z = x·α·c²/V, and the exact trajectory goes as √V. Solvers must come nearer
 * to it with more steps, those of second order four times as near with twice as many.
 */
class SolverOrderTest {
  private static final double PICTURE_DEVIATION = 0.5;

  @ParameterizedTest
  @CsvSource({
    "dpmpp-2m-karras, midpoint",
    "dpmpp-2m-karras, heun",
    "unipc, bh1",
    "unipc, bh2",
    "heun-karras, midpoint",
    "dpm2-karras, midpoint",
    "dpmpp-2s, midpoint",
    "dpmpp-3m, midpoint",
    "lms-karras, midpoint",
    "deis, midpoint",
  })
  void secondOrderHalvesItsErrorTwice_whenStepsAreDoubled(SchedulerKind kind, String type) {
    Map<String, Object> keys = Map.of("solver_type", type, "use_karras_sigmas", true);

    double coarse = error(kind, 20, keys);
    double fine = error(kind, 40, keys);

    assertThat(coarse / fine).isGreaterThan(3.2);
  }

  @ParameterizedTest
  @CsvSource({"dpmpp-2m-karras", "unipc"})
  void secondOrderIsNearerThanFirst(SchedulerKind kind) {
    Map<String, Object> second = Map.of("use_karras_sigmas", true);
    Map<String, Object> first = Map.of("use_karras_sigmas", true, "solver_order", 1);

    assertThat(error(kind, 20, second)).isLessThan(error(kind, 20, first) / 3);
  }

  @ParameterizedTest
  @CsvSource({"pndm, ddim", "heun, euler", "dpm2, euler", "lms, euler"})
  void aHigherOrderIsNearer(SchedulerKind high, SchedulerKind low) {
    Map<String, Object> trailing = Map.of("timestep_spacing", "trailing");

    assertThat(error(high, 20, trailing)).isLessThan(error(low, 20, trailing) / 2);
  }

  @Test
  void dpmSolverOfFirstOrderIsDdim_onTheSameNoiseLevels() {
    Map<String, Object> trailing =
        new HashMap<>(Map.of("timestep_spacing", "trailing", "solver_order", 1));

    double dpm = error(SchedulerKind.DPMPP_2M, 20, trailing);
    double ddim = error(SchedulerKind.DDIM, 20, trailing);

    assertThat(dpm / ddim).isBetween(0.999, 1.001);
  }

  @ParameterizedTest
  @CsvSource({"midpoint", "heun"})
  void stochasticSecondOrderKeepsTheVarianceBetterThanFirst(String type) {
    double second = varianceError(40, Map.of("solver_type", type));
    double finer = varianceError(80, Map.of("solver_type", type));
    double first = varianceError(40, Map.of("solver_order", 1));

    assertThat(second).isLessThan(first / 3);
    assertThat(second / finer).isGreaterThan(3);
  }

  /**
   * The largest relative error of the variance before the final step. Everything being linear, one
   * run with the start and each step's normal in places of their own gives all that x is made of.
   */
  private static double varianceError(int steps, Map<String, Object> keys) {
    Scheduler solver = SolverFixture.solver(SchedulerKind.DPMPP_2M_SDE_KARRAS, steps, keys);
    float[] parts = new float[steps + 1];
    parts[0] = (float) spread(solver, 0);
    StepNoise noise =
        (step, draw, out) -> {
          Arrays.fill(out, 0);
          out[step + 1] = 1;
        };
    SolverHistory history = new SolverHistory();
    double most = 0;
    for (int step = 0; step < steps - 1; step++) {
      solver.step(step, parts, bestPrediction(solver, step, 0, parts), history, noise);
      double variance = 0;
      for (float part : parts) {
        variance += part * part;
      }
      double exact = square(spread(solver, step + 1));
      most = Math.max(most, Math.abs(variance - exact) / exact);
    }
    return most;
  }

  /** The largest relative distance from the exact trajectory before the last, final step. */
  private static double error(SchedulerKind kind, int steps, Map<String, Object> keys) {
    Scheduler solver = SolverFixture.solver(kind, steps, keys);
    float[] latent = {1};
    double begin = spread(solver, 0);
    SolverHistory history = new SolverHistory();
    double most = 0;
    for (int step = 0; step < steps - 1; step++) {
      int now = step;
      SolverFixture.step(
          solver,
          step,
          latent,
          history,
          null,
          (x, evaluation) -> bestPrediction(solver, now, evaluation, x));
      double exact = spread(solver, step + 1) / begin;
      most = Math.max(most, Math.abs(latent[0] - exact) / exact);
    }
    return most;
  }

  private static float[] bestPrediction(
      Scheduler solver, int step, int evaluation, float[] latent) {
    double sigma = SolverFixture.sigma(solver, step, evaluation);
    double unit = solver.inputScale(step) == 1 ? 1 / Math.sqrt(1 + square(sigma)) : 1; // of x
    double variance = square(PICTURE_DEVIATION) + square(sigma);
    double share = square(PICTURE_DEVIATION) / variance / unit;
    double[] clean = new double[latent.length];
    for (int n = 0; n < clean.length; n++) {
      clean[n] = share * latent[n];
    }
    return SolverFixture.predictionOf(solver, step, evaluation, latent, clean, "epsilon");
  }

  /** √V. */
  private static double spread(Scheduler solver, int step) {
    double variance = square(solver.sigma(step));
    double unit =
        solver.inputScale(step == solver.steps() ? step - 1 : step) == 1 ? 1 + variance : 1;
    return Math.sqrt((square(PICTURE_DEVIATION) + variance) / unit);
  }

  private static double square(double value) {
    return value * value;
  }
}
