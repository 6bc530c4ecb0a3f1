package demofusion.coordinator.diffusion.scheduler;

import demofusion.coordinator.diffusion.scheduler.level.NoiseLevels;
import demofusion.coordinator.diffusion.scheduler.level.TrainingSchedule;
import demofusion.coordinator.diffusion.scheduler.step.Evaluation;
import demofusion.coordinator.diffusion.scheduler.step.LatentSpace;
import demofusion.coordinator.diffusion.scheduler.step.MultistepSolver;
import demofusion.coordinator.diffusion.scheduler.step.MultistepSolver.Combination;
import demofusion.coordinator.diffusion.scheduler.step.PredictionType;
import demofusion.coordinator.diffusion.scheduler.step.Scheduler;
import demofusion.protocol.model.SchedulerConfig;
import demofusion.protocol.model.Spacing;
import org.jspecify.annotations.Nullable;

/**
 * A linear multistep method of order 4 (k-diffusion's sample_lms; diffusers' LMSDiscreteScheduler):
 * through the last slopes d = (x − D)/σ goes a polynomial over σ, whose integral is the step.
 *
 * <pre>
 *   x ← x + Σ_j c_j·d₋ⱼ      c_j = ∫ from σ to σ' of Π_(l≠j) (τ − σ₋ₗ)/(σ₋ⱼ − σ₋ₗ) dτ      j, l &lt; 4
 * </pre>
 *
 * A cubic polynomial at most, which Gauss' two nodes integrate exactly. The last step, to σ' = 0,
 * takes its polynomial too.
 */
final class Lms {
  private static final int ORDER = 4;
  private static final double GAUSS_NODE = 1 / Math.sqrt(3);

  private Lms() {}

  /**
   * @param named a spacing of noise levels; null: as the file asks for them
   */
  static Scheduler create(
      SchedulerConfig config, @Nullable Spacing named, TrainingSchedule training, int steps) {
    NoiseLevels levels = Euler.levels(config, named, training, steps, 0).requireFalling();
    PredictionType predicts = PredictionType.of(config);
    return new MultistepSolver(
        levels,
        LatentSpace.SIGMA,
        Euler.initNoiseSigma(config, levels),
        ORDER,
        (step, done) -> {
          double sigma = levels.sigmas()[step];
          double[] weights = new double[Math.min(done + 1, ORDER)];
          for (int j = 0; j < weights.length; j++) {
            weights[j] = integral(levels.sigmas(), step, weights.length, j);
          }
          Evaluation here = Evaluation.at(sigma, levels.timesteps()[step], predicts);
          return new Combination(here.slope(sigma), 1, weights, 0);
        });
  }

  private static double integral(double[] sigmas, int step, int order, int j) {
    double middle = (sigmas[step] + sigmas[step + 1]) / 2;
    double half = (sigmas[step + 1] - sigmas[step]) / 2;
    double sum = 0;
    for (int sign = -1; sign <= 1; sign += 2) {
      double at = middle + sign * half * GAUSS_NODE;
      double product = 1;
      for (int l = 0; l < order; l++) {
        if (l != j) {
          product *= (at - sigmas[step - l]) / (sigmas[step - j] - sigmas[step - l]);
        }
      }
      sum += half * product;
    }
    return sum;
  }
}
