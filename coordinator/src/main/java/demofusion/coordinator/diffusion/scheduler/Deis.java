package demofusion.coordinator.diffusion.scheduler;

import demofusion.coordinator.diffusion.scheduler.level.NoiseLevels;
import demofusion.coordinator.diffusion.scheduler.level.SigmaSpacing;
import demofusion.coordinator.diffusion.scheduler.level.TrainingSchedule;
import demofusion.coordinator.diffusion.scheduler.step.LatentSpace;
import demofusion.coordinator.diffusion.scheduler.step.MultistepSolver;
import demofusion.coordinator.diffusion.scheduler.step.MultistepSolver.Combination;
import demofusion.coordinator.diffusion.scheduler.step.PredictionType;
import demofusion.coordinator.diffusion.scheduler.step.PredictionType.Estimate;
import demofusion.coordinator.diffusion.scheduler.step.Scheduler;
import demofusion.protocol.model.SchedulerConfig;

/**
 * DEIS, of order 2 (Zhang and Chen, arXiv 2204.13902, with exact integrals over ln ρ; diffusers'
 * DEISMultistepScheduler): between two noises ε goes a line over ln ρ, ρ = s/α = σ.
 *
 * <pre>
 *   x ← (α'/α)·x − s'·(e^h − 1)·ε                             first order, DDIM: h = ln(σ/σ')
 *   x ← α'·(x/α + c₁·ε + c₂·ε₋)                               second order
 *   c₁ = F(σ'; σ, σ₋) − F(σ; σ, σ₋)      c₂ = F(σ'; σ₋, σ) − F(σ; σ₋, σ)
 *   F(u; b, c) = u·(ln u − 1 − ln c)/(ln b − ln c)
 * </pre>
 *
 * It ends at the lowest noise level of the training, and has no step to 0.
 */
final class Deis {
  private Deis() {}

  static Scheduler create(SchedulerConfig config, TrainingSchedule training, int steps) {
    config.requireFalse("thresholding");
    config.choice("solver_type", "logrho", "logrho", "midpoint", "heun", "bh1", "bh2");
    int order = DpmFamily.order(config);
    NoiseLevels levels =
        DpmFamily.levels(config, training, steps, SigmaSpacing.inFile(config), training.sigmaAt(0));
    PredictionType predicts = PredictionType.of(config);
    boolean endsFirst = DpmFamily.fallsAtTheEnd(config, steps);
    return new MultistepSolver(
        levels,
        LatentSpace.VARIANCE_PRESERVING,
        1,
        order,
        (step, done) -> {
          Estimate noise = predicts.noise(levels.signal(step), levels.noise(step));
          double signal = levels.signal(step + 1);
          double kept = signal / levels.signal(step);
          boolean isFirst = done == 0 || (endsFirst && step == steps - 1);
          double[] weights = isFirst ? first(levels, step) : second(levels, step);
          for (int n = 0; n < weights.length; n++) {
            weights[n] *= signal;
          }
          return new Combination(noise, kept, weights, 0);
        });
  }

  private static double[] first(NoiseLevels levels, int step) {
    return new double[] {levels.sigmas()[step + 1] - levels.sigmas()[step]};
  }

  private static double[] second(NoiseLevels levels, int step) {
    double before = levels.sigmas()[step - 1];
    double now = levels.sigmas()[step];
    double next = levels.sigmas()[step + 1];
    return new double[] {
      integral(next, now, before) - integral(now, now, before),
      integral(next, before, now) - integral(now, before, now)
    };
  }

  private static double integral(double u, double b, double c) {
    double logC = StrictMath.log(c);
    return u * (StrictMath.log(u) - 1 - logC) / (StrictMath.log(b) - logC);
  }
}
