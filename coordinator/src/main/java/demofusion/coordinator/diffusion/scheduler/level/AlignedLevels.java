package demofusion.coordinator.diffusion.scheduler.level;

/**
 * "Align Your Steps" (Sabour et al., arXiv 2404.14507): noise levels that were optimised for SDXL
 * and for Stable Diffusion 1.5, which all other families take, in eleven steps. For other numbers
 * of steps ln σ is interpolated over the rank, as its authors say.
 */
final class AlignedLevels {
  private static final double[] SDXL = {
    14.615, 6.315, 3.771, 2.181, 1.342, 0.862, 0.555, 0.380, 0.234, 0.113, 0.029
  };

  private static final double[] OTHERS = {
    14.615, 6.475, 3.861, 2.697, 1.886, 1.396, 0.963, 0.652, 0.399, 0.152, 0.029
  };

  private AlignedLevels() {}

  static double[] sigmas(int steps, boolean isSdxl) {
    double[] optimised = isSdxl ? SDXL : OTHERS;
    double[] sigmas = new double[steps];
    for (int step = 0; step < steps; step++) {
      double rank = steps == 1 ? 0 : step * (optimised.length - 1) / (double) (steps - 1);
      int below = Math.min((int) rank, optimised.length - 2);
      double low = StrictMath.log(optimised[below]);
      double high = StrictMath.log(optimised[below + 1]);
      sigmas[step] = StrictMath.exp(low + (high - low) * (rank - below));
    }
    return sigmas;
  }
}
