package demofusion.coordinator.diffusion.scheduler.level;

import demofusion.protocol.model.SchedulerConfig;
import demofusion.protocol.model.Spacing;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Spacings of noise levels, as a request names them and as a model folder asks for them. */
public final class SigmaSpacing {
  private static final Map<String, Spacing> FILE_KEYS =
      Map.of(
          "use_karras_sigmas", Spacing.KARRAS,
          "use_exponential_sigmas", Spacing.EXPONENTIAL,
          "use_beta_sigmas", Spacing.BETA);

  private SigmaSpacing() {}

  /**
   * What a request names: over the full range of the training, whatever the model folder says, and
   * then to 0, as WebUI and ComfyUI space them.
   *
   * @param spacing one of noise levels
   * @param steps as asked for; ddim-uniform may have more
   */
  public static NoiseLevels named(Spacing spacing, TrainingSchedule training, int steps) {
    return switch (spacing) {
      case SGM_UNIFORM -> EvenTimeLevels.sgmUniform(training, steps);
      case NORMAL -> EvenTimeLevels.normal(training, steps);
      case SIMPLE -> TrainedLevels.simple(training, steps);
      case DDIM_UNIFORM -> TrainedLevels.ddimUniform(training, steps);
      case AYS ->
          NoiseLevels.of(AlignedLevels.sigmas(steps, training.isSdxl()), training::timestepAt, 0);
      default ->
          NoiseLevels.of(curve(spacing, SigmaRange.of(training), steps), training::timestepAt, 0);
    };
  }

  /** The spacing that the file asks for; null: none, so that its timesteps count. */
  public static @Nullable Spacing inFile(SchedulerConfig config) {
    List<String> set =
        FILE_KEYS.keySet().stream().filter(key -> config.flag(key, false)).sorted().toList();
    if (set.size() > 1) {
      throw SchedulerConfig.refused(set.get(0), true, "only one such key may be true, not " + set);
    }
    return set.isEmpty() ? null : FILE_KEYS.get(set.get(0));
  }

  /** A curve over a range of noise levels. */
  public static double[] curve(Spacing spacing, SigmaRange range, int steps) {
    return switch (spacing) {
      case KARRAS -> KarrasLevels.sigmas(range, steps);
      case EXPONENTIAL -> ExponentialLevels.sigmas(range, steps);
      case BETA -> BetaLevels.sigmas(range, steps);
      default -> throw new IllegalArgumentException(spacing + " is no curve over noise levels");
    };
  }
}
