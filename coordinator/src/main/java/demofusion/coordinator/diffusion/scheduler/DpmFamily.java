package demofusion.coordinator.diffusion.scheduler;

import demofusion.coordinator.diffusion.scheduler.NoiseLevels.KarrasRange;
import demofusion.protocol.model.SchedulerConfig;

/** What DPM-Solver++ and UniPC share: their spacing of noise levels and the keys they refuse. */
final class DpmFamily {
  private DpmFamily() {}

  static NoiseLevels levels(
      SchedulerConfig config, TrainingSchedule training, int steps, boolean karras) {
    for (String key :
        new String[] {
          "use_exponential_sigmas", "use_beta_sigmas", "use_lu_lambdas", "use_flow_sigmas"
        }) {
      config.requireFalse(key);
    }
    double end = NoiseLevels.end(config, training);
    if (karras) {
      double most = training.sigmaAt(training.timesteps() - 1);
      KarrasRange range = KarrasRange.of(config, most, training.sigmaAt(0));
      return NoiseLevels.karras(range, steps, true, training, end).requireFalling();
    }
    double[] timesteps =
        TimestepSpacing.of(config, TimestepSpacing.LINSPACE)
            .timestepsAboveTheLast(
                training.timesteps(), steps, Schedulers.offset(config, training));
    return NoiseLevels.at(timesteps, training, end).requireFalling();
  }

  /** 1 or 2. */
  static int order(SchedulerConfig config) {
    return config.integer("solver_order", 2, 1, 2);
  }
}
