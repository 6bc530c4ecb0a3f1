package demofusion.coordinator.diffusion.scheduler.level;

/**
 * Noise levels that are dense at both ends (Lee et al., "Beta Sampling is All You Need", arXiv
 * 2407.12173, in the form that WebUI and diffusers share):
 *
 * <pre>
 *   σ_i = σ_min + (σ_max − σ_min)·B⁻¹(1 − i/(N − 1))      i = 0 … N − 1
 *   B(x) ∝ ∫₀ˣ u^(a − 1)·(1 − u)^(a − 1) du = x^a·Σ_n (1 − a)_n/n!·xⁿ/(a + n)      a = 0.6
 * </pre>
 *
 * B is the distribution function of Beta(a, a). It is symmetric, so that the series is only summed
 * where it is quick, up to ½, at which B is ½.
 */
final class BetaLevels {
  private static final double A = 0.6;
  private static final double HALF_SERIES = series(0.5);

  private BetaLevels() {}

  static double[] sigmas(SigmaRange range, int steps) {
    double[] sigmas = new double[steps];
    for (int step = 0; step < steps; step++) {
      double share = steps == 1 ? 1 : 1 - step / (double) (steps - 1);
      sigmas[step] = range.least() + (range.most() - range.least()) * quantile(share);
    }
    return sigmas;
  }

  /** B⁻¹, by halving. */
  private static double quantile(double share) {
    if (share > 0.5) {
      return 1 - quantile(1 - share);
    }
    double below = 0;
    double above = 0.5;
    while (share > 0) {
      double middle = (below + above) / 2;
      if (middle <= below || middle >= above) {
        break;
      }
      if (series(middle) / HALF_SERIES / 2 < share) {
        below = middle;
      } else {
        above = middle;
      }
    }
    return share > 0 ? above : 0;
  }

  private static double series(double x) {
    double sum = 0;
    double term = 1; // (1 − a)_n/n!·xⁿ
    for (int n = 0; term > 1e-18; n++) {
      sum += term / (A + n);
      term *= (1 - A + n) / (n + 1) * x;
    }
    return StrictMath.pow(x, A) * sum;
  }
}
