package demofusion.protocol.api.request.method;

import demofusion.protocol.Range;

/**
 * How the paths are weighed against each other over time (spec section 2).
 *
 * @param sigma standard deviation of the Gaussian before dilated sampling, at its widest, in latent
 *     samples
 * @param cosineScale1 exponent of the skip residual's weight
 * @param cosineScale2 exponent of the dilated paths' weight
 * @param cosineScale3 exponent of the Gaussian's width
 */
public record FusionSettings(
    double sigma, double cosineScale1, double cosineScale2, double cosineScale3) {
  public static final Range SIGMA = new Range("sigma", 0.001, 100.0);
  public static final Range COSINE_SCALE_1 = new Range("cosine scale 1", 0.0, 100.0);
  public static final Range COSINE_SCALE_2 = new Range("cosine scale 2", 0.0, 100.0);
  public static final Range COSINE_SCALE_3 = new Range("cosine scale 3", 0.0, 100.0);

  public FusionSettings {
    SIGMA.require(sigma);
    COSINE_SCALE_1.require(cosineScale1);
    COSINE_SCALE_2.require(cosineScale2);
    COSINE_SCALE_3.require(cosineScale3);
  }

  /** The paper's own. */
  public static FusionSettings defaults() {
    return new FusionSettings(0.8, 3, 1, 1);
  }
}
