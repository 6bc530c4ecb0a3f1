package demofusion.protocol.latent;

import demofusion.protocol.DemofusionException;

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
  public FusionSettings {
    require("sigma", sigma, 1e-3, 100);
    require("cosine scale 1", cosineScale1, 0, 100);
    require("cosine scale 2", cosineScale2, 0, 100);
    require("cosine scale 3", cosineScale3, 0, 100);
  }

  /** The paper's own. */
  public static FusionSettings defaults() {
    return new FusionSettings(0.8, 3, 1, 1);
  }

  private static void require(String name, double value, double least, double most) {
    if (!(value >= least && value <= most)) {
      throw DemofusionException.badRequest(
          name + " " + value + " must be between " + least + " and " + most);
    }
  }
}
