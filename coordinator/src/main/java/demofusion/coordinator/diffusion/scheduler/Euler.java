package demofusion.coordinator.diffusion.scheduler;

import demofusion.coordinator.diffusion.scheduler.level.NoiseLevels;
import demofusion.coordinator.diffusion.scheduler.level.SigmaRange;
import demofusion.coordinator.diffusion.scheduler.level.SigmaSpacing;
import demofusion.coordinator.diffusion.scheduler.level.TimestepSpacing;
import demofusion.coordinator.diffusion.scheduler.level.TrainingSchedule;
import demofusion.coordinator.diffusion.scheduler.step.FirstOrderSolver;
import demofusion.coordinator.diffusion.scheduler.step.FirstOrderSolver.Step;
import demofusion.coordinator.diffusion.scheduler.step.LatentSpace;
import demofusion.coordinator.diffusion.scheduler.step.PredictionType;
import demofusion.coordinator.diffusion.scheduler.step.PredictionType.Estimate;
import demofusion.coordinator.diffusion.scheduler.step.Scheduler;
import demofusion.protocol.model.SchedulerConfig;
import demofusion.protocol.model.Spacing;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Euler's method in sigma space (Karras et al., arXiv 2206.00364, algorithm 2 without churn and
 * without the second-order correction; diffusers' EulerDiscreteScheduler):
 *
 * <pre>
 *   d  = (x − z)/σ
 *   x ← x + (σ' − σ)·d
 * </pre>
 *
 * z: the clean latent as predicted (the paper's D); σ, σ': the noise level at this timestep and the
 * next. {@link EulerAncestral} goes down to a lower level and adds fresh noise up to σ' again.
 */
final class Euler {
  private Euler() {}

  /**
   * @param named a spacing of noise levels; null: as the file asks for them
   */
  static Scheduler create(
      SchedulerConfig config, @Nullable Spacing named, TrainingSchedule training, int steps) {
    return along(config, levels(config, named, training, steps, NoiseLevels.end(config, training)));
  }

  static Scheduler along(SchedulerConfig config, NoiseLevels levels) {
    PredictionType predicts = PredictionType.of(config);
    List<Step> table = new ArrayList<>();
    for (int step = 0; step < levels.steps(); step++) {
      table.add(towards(levels.sigmas()[step + 1], 0, levels, step, predicts));
    }
    return solver(config, levels, table);
  }

  /**
   * As they are named, or as the file asks for them: a curve over noise levels spans those of its
   * timesteps.
   *
   * @param end where the file's trajectory ends
   */
  static NoiseLevels levels(
      SchedulerConfig config,
      @Nullable Spacing named,
      TrainingSchedule training,
      int steps,
      double end) {
    if (named != null) {
      return SigmaSpacing.named(named, training, steps);
    }
    config.choice("interpolation_type", "linear", "linear");
    double[] timesteps = timesteps(config, training, steps);
    Spacing curve = SigmaSpacing.inFile(config);
    if (curve == null) {
      return NoiseLevels.at(timesteps, training, end);
    }
    SigmaRange visited =
        new SigmaRange(
            training.sigmaAt(timesteps[0]), training.sigmaAt(timesteps[timesteps.length - 1]));
    return NoiseLevels.of(
        SigmaSpacing.curve(curve, visited.within(config), steps), training::timestepAt, end);
  }

  static double[] timesteps(SchedulerConfig config, TrainingSchedule training, int steps) {
    return TimestepSpacing.of(config, TimestepSpacing.LINSPACE)
        .timesteps(training.timesteps(), steps, Schedulers.offset(config, training));
  }

  /** One step down to a noise level, and up again by fresh noise of that deviation. */
  static Step towards(
      double sigmaDown, double sigmaUp, NoiseLevels levels, int step, PredictionType predicts) {
    double sigma = levels.sigmas()[step];
    double signal = levels.signal(step);
    Estimate clean = predicts.clean(signal, levels.noise(step));
    double slope = (sigmaDown - sigma) / sigma;
    // z is linear in α·x, which is the latent that the model saw.
    return new Step(
        1 + slope * (1 - clean.sample() * signal), -slope * clean.prediction(), sigmaUp);
  }

  static Scheduler solver(SchedulerConfig config, NoiseLevels levels, List<Step> table) {
    return new FirstOrderSolver(levels, LatentSpace.SIGMA, initNoiseSigma(config, levels), table);
  }

  /** What noise alone is multiplied by to begin with it. */
  static double initNoiseSigma(SchedulerConfig config, NoiseLevels levels) {
    double most = levels.sigmas()[0];
    boolean leading =
        TimestepSpacing.of(config, TimestepSpacing.LINSPACE) == TimestepSpacing.LEADING;
    return leading ? Math.sqrt(most * most + 1) : most;
  }
}
