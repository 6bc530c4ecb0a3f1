package demofusion.coordinator.image;

/**
 * Resizes one line by cubic convolution (Keys 1981, a = −½, Catmull-Rom), its kernel widened when
 * the line shrinks so that nothing is skipped. A line that keeps its length is copied exactly.
 */
final class CubicResampling {
  private static final double A = -0.5;
  private static final double RADIUS = 2;

  private final int[] firsts; // by output sample: the first input sample that it is made of
  private final float[][] weights; // by output sample: weights from that one onwards, sum 1

  private CubicResampling(int[] firsts, float[][] weights) {
    this.firsts = firsts;
    this.weights = weights;
  }

  static CubicResampling of(int from, int to) {
    double scale = (double) from / to;
    double stretch = Math.max(scale, 1); // of the kernel
    int[] firsts = new int[to];
    float[][] weights = new float[to][];
    for (int n = 0; n < to; n++) {
      double centre = (n + 0.5) * scale - 0.5;
      int first = Math.max(0, (int) Math.ceil(centre - RADIUS * stretch));
      int last = Math.min(from - 1, (int) Math.floor(centre + RADIUS * stretch));
      firsts[n] = first;
      weights[n] = weights(first, last, centre, stretch);
    }
    return new CubicResampling(firsts, weights);
  }

  private static float[] weights(int first, int last, double centre, double stretch) {
    double[] exact = new double[last - first + 1];
    double sum = 0;
    for (int n = 0; n < exact.length; n++) {
      exact[n] = kernel(Math.abs(first + n - centre) / stretch);
      sum += exact[n];
    }
    float[] weights = new float[exact.length];
    for (int n = 0; n < exact.length; n++) {
      weights[n] = (float) (exact[n] / sum);
    }
    return weights;
  }

  private static double kernel(double distance) {
    if (distance < 1) {
      return ((A + 2) * distance - (A + 3)) * distance * distance + 1;
    }
    return distance < RADIUS ? ((A * distance - 5 * A) * distance + 8 * A) * distance - 4 * A : 0;
  }

  /**
   * Resizes a line.
   *
   * @param line of the length that this was made for
   * @param from where in {@code result} the first sample belongs
   * @param stride between two samples of the result
   */
  void apply(float[] line, float[] result, int from, int stride) {
    for (int n = 0; n < firsts.length; n++) {
      double sum = 0;
      for (int k = 0; k < weights[n].length; k++) {
        sum += (double) weights[n][k] * line[firsts[n] + k];
      }
      // Cubic convolution overshoots at edges; a picture has no light beyond white.
      result[from + n * stride] = (float) Math.max(-1, Math.min(1, sum));
    }
  }
}
