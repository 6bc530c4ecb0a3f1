package demofusion.coordinator.diffusion.scheduler;

import demofusion.coordinator.diffusion.scheduler.level.ExponentialLevels;
import demofusion.coordinator.diffusion.scheduler.level.NoiseLevels;
import demofusion.coordinator.diffusion.scheduler.level.SigmaRange;
import demofusion.coordinator.diffusion.scheduler.level.SigmaSpacing;
import demofusion.coordinator.diffusion.scheduler.level.TimestepSpacing;
import demofusion.coordinator.diffusion.scheduler.level.TrainingSchedule;
import demofusion.protocol.model.SchedulerConfig;
import demofusion.protocol.model.Spacing;
import java.util.function.DoubleUnaryOperator;
import org.jspecify.annotations.Nullable;

/** What DPM-Solver++ and UniPC share: their spacing of noise levels as the file asks for it. */
final class DpmFamily {
  // Below this many steps diffusers lets the last one be of first order.
  private static final int FEW_STEPS = 15;

  private DpmFamily() {}

  /** As the file asks for them: its curve over noise levels, or else its timesteps. */
  static NoiseLevels asInFile(SchedulerConfig config, TrainingSchedule training, int steps) {
    if (!config.flag("use_karras_sigmas", false) && config.flag("use_lu_lambdas", false)) {
      double[] even = ExponentialLevels.sigmas(SigmaRange.of(training), steps);
      return along(even, training, Math::rint, NoiseLevels.end(config, training));
    }
    return levels(config, training, steps, SigmaSpacing.inFile(config));
  }

  /** lambda_min_clipped cuts off the noisiest timesteps, those with λ below it. */
  static void requireNothingClipped(SchedulerConfig config, TrainingSchedule training) {
    double clipped = config.number("lambda_min_clipped", Double.NEGATIVE_INFINITY);
    double least = -StrictMath.log(training.sigmaAt(training.timesteps() - 1));
    if (!(clipped <= least)) {
      throw SchedulerConfig.refused(
          "lambda_min_clipped", clipped, "it must not be above the schedule's lowest, " + least);
    }
  }

  /** Whether the file wants the second order's other form. */
  static boolean isHeun(SchedulerConfig config) {
    // UniPC's and DEIS's own types stand for midpoint, as in diffusers.
    return config
        .choice("solver_type", "midpoint", "midpoint", "heun", "bh1", "bh2", "logrho")
        .equals("heun");
  }

  /** Whether so few steps lose order at the end. */
  static boolean fallsAtTheEnd(SchedulerConfig config, int steps) {
    return config.flag("lower_order_final", true) && steps < FEW_STEPS;
  }

  /** Whether the last step is of first order. */
  static boolean endsInFirstOrder(SchedulerConfig config, int steps) {
    return config.flag("euler_at_final", false)
        || fallsAtTheEnd(config, steps)
        || config.choice("final_sigmas_type", "zero", "zero", "sigma_min").equals("zero");
  }

  /**
   * @param curve over noise levels; null: the file's timesteps
   */
  static NoiseLevels levels(
      SchedulerConfig config, TrainingSchedule training, int steps, @Nullable Spacing curve) {
    return levels(config, training, steps, curve, NoiseLevels.end(config, training));
  }

  /** The same with an end of the solver's own. */
  static NoiseLevels levels(
      SchedulerConfig config,
      TrainingSchedule training,
      int steps,
      @Nullable Spacing curve,
      double end) {
    if (curve == null) {
      double[] timesteps =
          TimestepSpacing.of(config, TimestepSpacing.LINSPACE)
              .timestepsAboveTheLast(
                  training.timesteps(), steps, Schedulers.offset(config, training));
      return NoiseLevels.at(timesteps, training, end).requireFalling();
    }
    // Only Karras' timesteps are rounded in diffusers before they are cut to whole numbers.
    DoubleUnaryOperator whole = curve == Spacing.KARRAS ? Math::rint : Math::floor;
    SigmaRange range = SigmaRange.of(training).within(config);
    return along(SigmaSpacing.curve(curve, range, steps), training, whole, end);
  }

  /** Along these noise levels, at timesteps that are made whole by that rule. */
  static NoiseLevels along(
      double[] sigmas, TrainingSchedule training, DoubleUnaryOperator whole, double end) {
    return NoiseLevels.of(sigmas, sigma -> whole.applyAsDouble(training.timestepAt(sigma)), end)
        .requireFalling();
  }

  /** 1 or 2. */
  static int order(SchedulerConfig config) {
    return config.integer("solver_order", 2, 1, 2);
  }
}
