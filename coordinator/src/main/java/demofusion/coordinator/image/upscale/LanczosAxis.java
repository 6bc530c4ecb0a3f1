package demofusion.coordinator.image.upscale;

/**
 * Lanczos's kernel of three lobes along one side that becomes shorter (modes section 7): widened by
 * the ratio, what lies outside the picture left out, and normalised.
 *
 * @param from the length there is
 * @param to the length that is wanted, at most as long
 */
record LanczosAxis(int from, int to) {
  private static final int LOBES = 3;

  /**
   * What one sample is made of.
   *
   * @param first of the samples that it is made of
   * @param weights of them, which are 1 together
   */
  record Taps(int first, double[] weights) {}

  LanczosAxis {
    if (to < 1 || to > from) {
      throw new IllegalArgumentException(from + " pixels do not become " + to + " fewer");
    }
  }

  Taps taps(int sample) {
    double ratio = (double) from / to;
    double centre = (sample + 0.5) * ratio;
    int first = Math.max(0, (int) Math.floor(centre - LOBES * ratio - 0.5));
    int end = Math.min(from, (int) Math.ceil(centre + LOBES * ratio + 0.5));
    double[] weights = new double[end - first];
    double sum = 0;
    for (int n = 0; n < weights.length; n++) {
      weights[n] = kernel((first + n + 0.5 - centre) / ratio);
      sum += weights[n];
    }
    for (int n = 0; n < weights.length; n++) {
      weights[n] /= sum;
    }
    return new Taps(first, weights);
  }

  private static double kernel(double distance) {
    return Math.abs(distance) < LOBES ? sinc(distance) * sinc(distance / LOBES) : 0;
  }

  private static double sinc(double x) {
    return x == 0 ? 1 : StrictMath.sin(Math.PI * x) / (Math.PI * x);
  }
}
