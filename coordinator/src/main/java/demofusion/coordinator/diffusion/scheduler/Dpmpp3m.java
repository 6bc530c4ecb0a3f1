package demofusion.coordinator.diffusion.scheduler;

import demofusion.coordinator.diffusion.scheduler.level.NoiseLevels;
import demofusion.coordinator.diffusion.scheduler.level.TrainingSchedule;
import demofusion.coordinator.diffusion.scheduler.step.LatentSpace;
import demofusion.coordinator.diffusion.scheduler.step.MultistepSolver;
import demofusion.coordinator.diffusion.scheduler.step.MultistepSolver.Combination;
import demofusion.coordinator.diffusion.scheduler.step.PredictionType;
import demofusion.coordinator.diffusion.scheduler.step.PredictionType.Estimate;
import demofusion.coordinator.diffusion.scheduler.step.Scheduler;
import demofusion.protocol.model.SchedulerConfig;

/**
 * DPM-Solver++(3M) (Lu et al., arXiv 2211.01095; diffusers' DPMSolverMultistepScheduler with
 * solver_order 3):
 *
 * <pre>
 *   x ← (s'/s)·x − α'·E·D + α'·(E/h + 1)·δ₁ − α'·((E + h)/h² − ½)·δ₂
 *   h = λ' − λ = ln(σ/σ')      E = e^(−h) − 1
 * </pre>
 *
 * D: the clean latent as predicted; δ₁ and δ₂: slope and curvature, see {@link ThirdOrder}. The
 * order grows from 1 with the history, and falls at the end as {@link DpmSolver}'s does, whose
 * second order this has too.
 */
final class Dpmpp3m {
  private static final int ORDER = 3;

  private Dpmpp3m() {}

  static Scheduler create(SchedulerConfig config, TrainingSchedule training, int steps) {
    config.requireFalse("thresholding");
    DpmFamily.requireNothingClipped(config, training);
    NoiseLevels levels = DpmFamily.asInFile(config, training, steps);
    PredictionType predicts = PredictionType.of(config);
    boolean isHeun = DpmFamily.isHeun(config);
    boolean endsFirst = DpmFamily.endsInFirstOrder(config, steps);
    boolean endsSecond = DpmFamily.fallsAtTheEnd(config, steps);
    return new MultistepSolver(
        levels,
        LatentSpace.VARIANCE_PRESERVING,
        1,
        ORDER,
        (step, done) -> {
          Estimate clean = predicts.clean(levels.signal(step), levels.noise(step));
          int most = step == steps - 1 && endsFirst ? 1 : step == steps - 2 && endsSecond ? 2 : 3;
          return combination(levels, step, Math.min(done + 1, most), clean, isHeun);
        });
  }

  private static Combination combination(
      NoiseLevels levels, int step, int order, Estimate clean, boolean isHeun) {
    double sample = levels.noise(step + 1) / levels.noise(step);
    double signal = levels.signal(step + 1);
    double e = levels.ratio(step) - 1;
    if (order == 1) {
      return new Combination(clean, sample, new double[] {-signal * e}, 0);
    }
    double h = levels.length(step);
    double r0 = levels.length(step - 1) / h;
    double slope = signal * (e / h + 1);
    if (order == 2) {
      double share = (isHeun ? slope : -signal * e / 2) / r0;
      return new Combination(clean, sample, new double[] {-signal * e + share, -share}, 0);
    }
    double r1 = levels.length(step - 2) / h;
    double curvature = -signal * ((e + h) / (h * h) - 0.5);
    double[] weights = ThirdOrder.weights(-signal * e, slope, curvature, r0, r1);
    return new Combination(clean, sample, weights, 0);
  }
}
