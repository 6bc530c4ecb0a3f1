package demofusion.coordinator.diffusion.scheduler;

import demofusion.coordinator.diffusion.scheduler.level.NoiseLevels;
import demofusion.coordinator.diffusion.scheduler.level.SigmaSpacing;
import demofusion.coordinator.diffusion.scheduler.level.TrainingSchedule;
import demofusion.coordinator.diffusion.scheduler.step.LatentSpace;
import demofusion.coordinator.diffusion.scheduler.step.PredictionType;
import demofusion.coordinator.diffusion.scheduler.step.PredictionType.Estimate;
import demofusion.coordinator.diffusion.scheduler.step.Scheduler;
import demofusion.coordinator.diffusion.scheduler.step.SolverBase;
import demofusion.coordinator.diffusion.scheduler.step.TwoStageSolver.Completing;
import demofusion.coordinator.diffusion.scheduler.step.TwoStageSolver.Keeping;
import demofusion.coordinator.diffusion.scheduler.step.TwoStageSolver.Share;
import demofusion.protocol.model.SchedulerConfig;
import java.util.List;

/**
 * DPM-Solver++(2S), the single-step form (Lu et al., arXiv 2211.01095, algorithm 1; diffusers'
 * DPMSolverSinglestepScheduler): timesteps go in pairs, the second of which goes from the latent
 * before the pair and sees the first as its middle.
 *
 * <pre>
 *   x ← (s'/s)·x − α'·(e^(−h) − 1)·D                                          the first of a pair
 *   x ← (s'/s₋)·x₋ − α'·(e^(−H) − 1)·(D₋ + ½·(D − D₋)/r₀)                      the second
 *   H = λ' − λ₋      r₀ = (λ − λ₋)/H
 * </pre>
 *
 * ₋: before the pair. What the second takes from there is kept meanwhile, summed up. The last step,
 * and of an even number the last but one, is a first.
 */
final class Dpmpp2s extends SolverBase {
  private final NoiseLevels levels;
  private final PredictionType predicts;
  private final boolean endsFirst;

  private Dpmpp2s(NoiseLevels levels, PredictionType predicts, boolean endsFirst) {
    super(levels, LatentSpace.VARIANCE_PRESERVING, 1, false, List.of("kept"));
    this.levels = levels;
    this.predicts = predicts;
    this.endsFirst = endsFirst;
  }

  static Scheduler create(SchedulerConfig config, TrainingSchedule training, int steps) {
    config.requireFalse("thresholding");
    config.choice("solver_type", "midpoint", "midpoint", "bh1", "bh2", "logrho");
    DpmFamily.requireNothingClipped(config, training);
    config.integer("solver_order", 2, 2, 2);
    // Its class has no spacing of timesteps but this.
    SchedulerConfig even = config.with("timestep_spacing", "linspace").with("steps_offset", 0);
    NoiseLevels levels = DpmFamily.levels(even, training, steps, SigmaSpacing.inFile(config));
    boolean endsFirst =
        steps % 2 == 1 || config.flag("lower_order_final", true) || levels.sigmas()[steps] == 0;
    return new Dpmpp2s(levels, PredictionType.of(config), endsFirst);
  }

  /** Whether that step is the second of a pair. */
  private boolean isSecond(int step) {
    return step % 2 == 1 && !(endsFirst && step == steps() - 1);
  }

  @Override
  protected Update update(int step, int done) {
    if (isSecond(step) && done > 0) {
      Estimate clean = clean(step);
      double share = shareOfMiddle(step - 1);
      return new Completing(new Share(share * clean.sample(), share * clean.prediction()), 0, 0);
    }
    Share next = Share.towards(kept(step, step + 1), share(step, step + 1), clean(step));
    boolean isPair = step + 1 < steps() && isSecond(step + 1);
    return new Keeping(isPair ? ofPair(step) : Share.NONE, next, 0);
  }

  /** What the second of a pair that begins here takes from this latent. */
  private Share ofPair(int first) {
    double share = share(first, first + 2) - shareOfMiddle(first);
    return Share.towards(kept(first, first + 2), share, clean(first));
  }

  /** How much of the second's D comes into it. */
  private double shareOfMiddle(int first) {
    double whole = levels.length(first) + levels.length(first + 1);
    return share(first, first + 2) * whole / levels.length(first) / 2;
  }

  private double kept(int from, int to) {
    return levels.noise(to) / levels.noise(from);
  }

  /** −α'·(e^(−h) − 1). */
  private double share(int from, int to) {
    return levels.signal(to) * (1 - levels.sigmas()[to] / levels.sigmas()[from]);
  }

  private Estimate clean(int step) {
    return predicts.clean(levels.signal(step), levels.noise(step));
  }
}
