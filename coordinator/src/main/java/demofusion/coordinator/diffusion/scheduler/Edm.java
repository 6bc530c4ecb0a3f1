package demofusion.coordinator.diffusion.scheduler;

import demofusion.coordinator.diffusion.scheduler.level.NoiseLevels;
import demofusion.coordinator.diffusion.scheduler.level.SigmaRange;
import demofusion.coordinator.diffusion.scheduler.level.SigmaSpacing;
import demofusion.coordinator.diffusion.scheduler.step.LatentSpace;
import demofusion.coordinator.diffusion.scheduler.step.MultistepSolver;
import demofusion.coordinator.diffusion.scheduler.step.MultistepSolver.Combination;
import demofusion.coordinator.diffusion.scheduler.step.PredictionType;
import demofusion.coordinator.diffusion.scheduler.step.PredictionType.Estimate;
import demofusion.coordinator.diffusion.scheduler.step.Scheduler;
import demofusion.protocol.model.SchedulerConfig;
import demofusion.protocol.model.Solver;
import demofusion.protocol.model.Spacing;

/**
 * Euler's method and DPM-Solver++(2M) for models that are told noise levels (EDM, Karras et al.,
 * arXiv 2206.00364; Playground 2.5; diffusers' EDMEulerScheduler and
 * EDMDPMSolverMultistepScheduler):
 *
 * <pre>
 *   the model is told ¼·ln σ, and shown x/√(σ² + σ_d²)
 *   D  = x·σ_d²/(σ² + σ_d²) ± p·σ·σ_d/√(σ² + σ_d²)      σ_d = ½; minus for a velocity
 *   x ← (σ'/σ)·x + (1 − σ'/σ)·D                         Euler
 *   D replaced by D + (D − D₋)/(2r), r = h₋/h           2M
 * </pre>
 *
 * p: what the model said. The noise levels are Karras' from 80 to 0.002, and then 0.
 */
final class Edm {
  private Edm() {}

  static Scheduler create(SchedulerConfig config, Solver solver, int steps) {
    config.requireFalse("thresholding");
    double data = config.number("sigma_data", LatentSpace.SIGMA_DATA);
    if (data != LatentSpace.SIGMA_DATA) {
      throw SchedulerConfig.refused("sigma_data", data, "it must be " + LatentSpace.SIGMA_DATA);
    }
    SigmaRange range = new SigmaRange(80, 0.002).within(config);
    String curve = config.choice("sigma_schedule", "karras", "karras", "exponential");
    double rho = config.number("rho", 7);
    if (rho != 7) {
      throw SchedulerConfig.refused("rho", rho, "it must be 7");
    }
    boolean endsAtZero =
        config.choice("final_sigmas_type", "zero", "zero", "sigma_min").equals("zero");
    NoiseLevels levels =
        NoiseLevels.of(
            SigmaSpacing.curve(
                curve.equals("karras") ? Spacing.KARRAS : Spacing.EXPONENTIAL, range, steps),
            sigma -> StrictMath.log(sigma) / 4,
            endsAtZero ? 0 : range.least());
    double most = levels.sigmas()[0];
    config.choice("prediction_type", "epsilon", "epsilon", "v_prediction");
    boolean isVelocity = PredictionType.of(config) == PredictionType.V_PREDICTION;
    int order = solver == Solver.EDM_EULER ? 1 : DpmFamily.order(config);
    boolean isHeun = order == 2 && DpmFamily.isHeun(config);
    boolean endsFirst = DpmFamily.endsInFirstOrder(config, steps);
    return new MultistepSolver(
        levels,
        LatentSpace.EDM,
        Math.sqrt(most * most + 1),
        order,
        (step, done) -> {
          Estimate clean = clean(levels.sigmas()[step], isVelocity);
          boolean isFirst = done == 0 || (endsFirst && step == steps - 1);
          double kept = levels.ratio(step);
          return new Combination(
              clean, kept, isFirst ? new double[] {1 - kept} : second(levels, step, isHeun), 0);
        });
  }

  static Estimate clean(double sigma, boolean isVelocity) {
    double data = LatentSpace.SIGMA_DATA;
    double variance = sigma * sigma + data * data;
    double out = sigma * data / Math.sqrt(variance);
    return new Estimate(data * data / variance, isVelocity ? -out : out);
  }

  private static double[] second(NoiseLevels levels, int step, boolean isHeun) {
    double kept = levels.ratio(step);
    double h = levels.length(step);
    double slope = isHeun && h > 0 ? 1 - (1 - kept) / h : (1 - kept) / 2;
    double share = slope * h / levels.length(step - 1);
    return new double[] {1 - kept + share, -share};
  }
}
