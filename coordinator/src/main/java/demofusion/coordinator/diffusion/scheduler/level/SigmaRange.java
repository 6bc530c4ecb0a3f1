package demofusion.coordinator.diffusion.scheduler.level;

import demofusion.protocol.model.SchedulerConfig;

/** Between which noise levels a curve over them runs. */
public record SigmaRange(double most, double least) {
  /** All that the model was trained on. */
  public static SigmaRange of(TrainingSchedule training) {
    return new SigmaRange(training.sigmaAt(training.timesteps() - 1), training.sigmaAt(0));
  }

  /** The file's sigma_max and sigma_min, or this range's where it has none. */
  public SigmaRange within(SchedulerConfig config) {
    double sigmaMin = positive(config, "sigma_min", least);
    double sigmaMax = positive(config, "sigma_max", most);
    if (sigmaMax < sigmaMin) {
      throw SchedulerConfig.refused(
          "sigma_max", sigmaMax, "it must not be below sigma_min, " + sigmaMin);
    }
    return new SigmaRange(sigmaMax, sigmaMin);
  }

  private static double positive(SchedulerConfig config, String key, double fallback) {
    double sigma = config.number(key, fallback);
    if (!(sigma > 0 && sigma < 1e6)) {
      throw SchedulerConfig.refused(key, sigma, "it must be between 0 and 1000000");
    }
    return sigma;
  }
}
