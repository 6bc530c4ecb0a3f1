package demofusion.coordinator.diffusion.fusion;

import demofusion.protocol.api.request.method.FusionSettings;

/**
 * The cosine schedule that hands over from the global paths to the local ones as the noise goes
 * (paper, section 3.3; spec section 2): with c = ½·(1 + cos(π·(T − t)/T)), c1 weighs the skip
 * residual, c2 the dilated paths, and c3 is the share of sigma that the Gaussian has. All near 1 at
 * the first timesteps and near 0 at the last.
 */
public record CosineWeights(double skipResidual, double dilated, double gaussian) {
  /** The Gaussian never quite vanishes. */
  private static final double LEAST_GAUSSIAN = 0.01;

  /**
   * @param timestep t, in training timesteps
   * @param trainTimesteps T
   */
  public static CosineWeights at(double timestep, int trainTimesteps, FusionSettings settings) {
    double c = 0.5 * (1 + StrictMath.cos(Math.PI * (trainTimesteps - timestep) / trainTimesteps));
    return new CosineWeights(
        StrictMath.pow(c, settings.cosineScale1()),
        StrictMath.pow(c, settings.cosineScale2()),
        (1 - LEAST_GAUSSIAN) * StrictMath.pow(c, settings.cosineScale3()) + LEAST_GAUSSIAN);
  }
}
