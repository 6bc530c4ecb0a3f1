package demofusion.coordinator.diffusion.scheduler;

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
  private DpmFamily() {}

  /**
   * @param curve over noise levels; null: the file's timesteps
   */
  static NoiseLevels levels(
      SchedulerConfig config, TrainingSchedule training, int steps, @Nullable Spacing curve) {
    double end = NoiseLevels.end(config, training);
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
