package demofusion.coordinator.diffusion.scheduler.step;

import demofusion.protocol.model.SchedulerConfig;
import java.util.Locale;

/**
 * What the model predicts of a latent x = α·z + s·ε: the noise ε, the velocity v = α·ε − s·z
 * (Salimans and Ho, arXiv 2202.00512), or the clean latent z itself, as SDXL-Lightning's file of
 * one step does. In any case clean latent and noise are linear in x and the prediction.
 */
public enum PredictionType {
  EPSILON {
    @Override
    public Estimate clean(double signal, double noise) {
      return new Estimate(1 / signal, -noise / signal);
    }

    @Override
    public Estimate noise(double signal, double noise) {
      return new Estimate(0, 1);
    }
  },

  V_PREDICTION {
    @Override
    public Estimate clean(double signal, double noise) {
      return new Estimate(signal, -noise);
    }

    @Override
    public Estimate noise(double signal, double noise) {
      return new Estimate(noise, signal);
    }
  },

  SAMPLE {
    @Override
    public Estimate clean(double signal, double noise) {
      return new Estimate(0, 1);
    }

    @Override
    public Estimate noise(double signal, double noise) {
      return new Estimate(1 / noise, -signal / noise);
    }
  };

  /** sample·x + prediction·(what the model said). */
  public record Estimate(double sample, double prediction) {}

  public static PredictionType of(SchedulerConfig config) {
    return valueOf(config.predictionType().toUpperCase(Locale.ROOT));
  }

  /** The clean latent z at ᾱ. */
  public Estimate clean(double alphaBar) {
    return clean(Math.sqrt(alphaBar), Math.sqrt(1 - alphaBar));
  }

  /** The noise ε at ᾱ. */
  public Estimate noise(double alphaBar) {
    return noise(Math.sqrt(alphaBar), Math.sqrt(1 - alphaBar));
  }

  /** Refuses noise alone where the model only says what of it is noise. */
  public PredictionType requireSignal(double alphaBar) {
    if (this == EPSILON && alphaBar == 0) {
      throw SchedulerConfig.refused(
          "rescale_betas_zero_snr",
          true,
          "where the model predicts noise (prediction_type epsilon) and its last timestep is noise"
              + " alone, nothing says what the picture is; such models predict v_prediction");
    }
    return this;
  }

  /** The clean latent z; signal and noise: α and s. */
  public abstract Estimate clean(double signal, double noise);

  /** The noise ε; signal and noise: α and s. */
  public abstract Estimate noise(double signal, double noise);
}
