package demofusion.coordinator.diffusion.scheduler.level;

/**
 * Karras noise levels (Karras et al., arXiv 2206.00364, equation 5; k-diffusion's
 * get_sigmas_karras):
 *
 * <pre>
 *   σ_i = (σ_max^(1/ρ) + i/(N − 1)·(σ_min^(1/ρ) − σ_max^(1/ρ)))^ρ      i = 0 … N − 1, ρ = 7
 * </pre>
 */
final class KarrasLevels {
  private static final double RHO = 7;

  private KarrasLevels() {}

  static double[] sigmas(SigmaRange range, int steps) {
    double first = StrictMath.pow(range.most(), 1 / RHO);
    double last = StrictMath.pow(range.least(), 1 / RHO);
    double stride = steps == 1 ? 0 : 1.0 / (steps - 1);
    double[] sigmas = new double[steps];
    for (int step = 0; step < steps; step++) {
      double ramp = step > 0 && step == steps - 1 ? 1 : step * stride;
      sigmas[step] = StrictMath.pow(first + ramp * (last - first), RHO);
    }
    return sigmas;
  }
}
