package demofusion.coordinator.diffusion.scheduler.level;

/**
 * Noise levels of equal ratio, which are even in λ = −ln σ (k-diffusion's get_sigmas_exponential;
 * what diffusers calls uniform in Lu's λ is the same):
 *
 * <pre>
 *   ln σ_i = ln σ_max + i/(N − 1)·(ln σ_min − ln σ_max)      i = 0 … N − 1
 * </pre>
 */
public final class ExponentialLevels {
  private ExponentialLevels() {}

  public static double[] sigmas(SigmaRange range, int steps) {
    double first = StrictMath.log(range.most());
    double last = StrictMath.log(range.least());
    double[] sigmas = new double[steps];
    for (int step = 0; step < steps; step++) {
      double ramp = steps == 1 ? 0 : step / (double) (steps - 1);
      sigmas[step] = StrictMath.exp(first + ramp * (last - first));
    }
    return sigmas;
  }
}
