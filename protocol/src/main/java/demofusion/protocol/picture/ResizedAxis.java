package demofusion.protocol.picture;

/**
 * One axis of a picture that is resized: of which samples each sample of the result is made, with
 * weights in integers, whose sum is about 2²². As Pillow 11.3 computes them, to the bit: kernel and
 * sum in double, rounded to 22 bits.
 */
final class ResizedAxis {
  /** Weights are multiples of 2⁻²². */
  private static final int PRECISION = 22;

  private static final int HALF = 1 << (PRECISION - 1);

  private final int[] first; // by sample of the result: the first sample that it is made of
  private final int[][] weights; // by sample of the result: from that one onwards

  private ResizedAxis(int[] first, int[][] weights) {
    this.first = first;
    this.weights = weights;
  }

  static ResizedAxis of(int from, int to, ResizingKernel kernel) {
    double ratio = (double) from / to;
    double stretch = Math.max(ratio, 1);
    double reach = kernel.radius() * stretch;
    int[] first = new int[to];
    int[][] weights = new int[to][];
    for (int n = 0; n < to; n++) {
      double centre = (n + 0.5) * ratio;
      first[n] = Math.max((int) (centre - reach + 0.5), 0);
      int end = Math.min((int) (centre + reach + 0.5), from);
      weights[n] = weights(first[n], end, centre, stretch, kernel);
    }
    return new ResizedAxis(first, weights);
  }

  private static int[] weights(
      int first, int end, double centre, double stretch, ResizingKernel kernel) {
    double[] exact = new double[end - first];
    double sum = 0;
    double scale = 1 / stretch;
    for (int n = 0; n < exact.length; n++) {
      exact[n] = kernel.at((n + first - centre + 0.5) * scale);
      sum += exact[n];
    }
    int[] weights = new int[exact.length];
    for (int n = 0; n < exact.length; n++) {
      double weight = exact[n] * (1 / sum) * (1 << PRECISION);
      weights[n] = (int) (weight < 0 ? weight - 0.5 : weight + 0.5);
    }
    return weights;
  }

  /** How many samples the result has. */
  int length() {
    return first.length;
  }

  /** The first sample that one of the result is made of. */
  int first(int sample) {
    return first[sample];
  }

  /** The one behind the last. */
  int end(int sample) {
    return first[sample] + weights[sample].length;
  }

  /**
   * One sample of the result.
   *
   * @param samples bytes of which one is counted every {@code stride}
   * @param at where sample {@code base} of the axis lies in them
   */
  byte sample(int sample, byte[] samples, int at, int base, int stride) {
    int[] weight = weights[sample];
    int from = at + (first[sample] - base) * stride;
    int sum = HALF;
    for (int n = 0; n < weight.length; n++) {
      sum += weight[n] * (samples[from + n * stride] & 0xff);
    }
    return (byte) Math.max(0, Math.min(255, sum >> PRECISION));
  }
}
