package demofusion.coordinator.diffusion.scheduler;

import demofusion.coordinator.diffusion.scheduler.level.NoiseLevels;
import demofusion.coordinator.diffusion.scheduler.level.TrainingSchedule;
import demofusion.coordinator.diffusion.scheduler.step.Evaluation;
import demofusion.coordinator.diffusion.scheduler.step.LatentSpace;
import demofusion.coordinator.diffusion.scheduler.step.MultistepSolver;
import demofusion.coordinator.diffusion.scheduler.step.MultistepSolver.Combination;
import demofusion.coordinator.diffusion.scheduler.step.PredictionType;
import demofusion.coordinator.diffusion.scheduler.step.PredictionType.Estimate;
import demofusion.coordinator.diffusion.scheduler.step.Scheduler;
import demofusion.protocol.model.SchedulerConfig;
import demofusion.protocol.model.Spacing;
import org.jspecify.annotations.Nullable;

/**
 * SDE-DPM-Solver++(3M) with η = 1 (k-diffusion's sample_dpmpp_3m_sde; diffusers has none):
 *
 * <pre>
 *   x ← e^(−H)·x + (1 − e^(−H))·D + φ₂·δ₁ − φ₃·δ₂ + σ'·√(1 − e^(−2h))·n
 *   h = ln(σ/σ')      H = 2h      φ₂ = (e^(−H) − 1)/H + 1      φ₃ = φ₂/H − ½
 * </pre>
 *
 * δ₁ and δ₂: slope and curvature, see {@link ThirdOrder}; with one step before, the slope alone, (D
 * − D₁)/r₀. The last step is x ← D.
 */
final class Dpmpp3mSde {
  private static final int ORDER = 3;

  private Dpmpp3mSde() {}

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
          Estimate clean = Evaluation.at(sigma, levels.timesteps()[step], predicts).clean();
          return combination(levels, step, done, clean);
        });
  }

  private static Combination combination(NoiseLevels levels, int step, int done, Estimate clean) {
    double next = levels.sigmas()[step + 1];
    if (next == 0) {
      return new Combination(clean, 0, new double[] {1}, 0);
    }
    double h = levels.length(step);
    double decay = levels.ratio(step) * levels.ratio(step); // e^(−H)
    double noise = next * Math.sqrt(1 - decay);
    if (done == 0) {
      return new Combination(clean, decay, new double[] {1 - decay}, noise);
    }
    double phi2 = (decay - 1) / (2 * h) + 1;
    double r0 = levels.length(step - 1) / h;
    if (done == 1) {
      double[] weights = {1 - decay + phi2 / r0, -phi2 / r0};
      return new Combination(clean, decay, weights, noise);
    }
    double phi3 = phi2 / (2 * h) - 0.5;
    double r1 = levels.length(step - 2) / h;
    double[] weights = ThirdOrder.weights(1 - decay, phi2, -phi3, r0, r1);
    return new Combination(clean, decay, weights, noise);
  }
}
