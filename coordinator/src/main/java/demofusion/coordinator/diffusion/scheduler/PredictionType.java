package demofusion.coordinator.diffusion.scheduler;

import demofusion.protocol.model.SchedulerConfig;

/**
 * What the model predicts of a latent x = α·z + s·ε: the noise ε, or the velocity v = α·ε − s·z
 * (Salimans and Ho, arXiv 2202.00512). Either way clean latent and noise are linear in x and the
 * prediction.
 */
enum PredictionType {
  EPSILON {
    @Override
    Estimate clean(double signal, double noise) {
      return new Estimate(1 / signal, -noise / signal);
    }

    @Override
    Estimate noise(double signal, double noise) {
      return new Estimate(0, 1);
    }
  },

  V_PREDICTION {
    @Override
    Estimate clean(double signal, double noise) {
      return new Estimate(signal, -noise);
    }

    @Override
    Estimate noise(double signal, double noise) {
      return new Estimate(noise, signal);
    }
  };

  /** sample·x + prediction·(what the model said). */
  record Estimate(double sample, double prediction) {}

  static PredictionType of(SchedulerConfig config) {
    String name = config.choice("prediction_type", "epsilon", "epsilon", "v_prediction");
    return name.equals("epsilon") ? EPSILON : V_PREDICTION;
  }

  /** The clean latent z; signal and noise: α and s. */
  abstract Estimate clean(double signal, double noise);

  /** The noise ε; signal and noise: α and s. */
  abstract Estimate noise(double signal, double noise);
}
