package demofusion.coordinator.diffusion.frequency;

/**
 * Bilinear resizing of one axis, half-pixel centres (torch's {@code align_corners=False}): every
 * output is a weighted sum of neighbouring inputs, with weights computed in double and rounded to
 * float32 once.
 */
final class AxisFilter {
  private final int[] first; // for each output the first input that it is made of
  private final float[][] weights; // for each output its inputs' weights, from the first on

  private AxisFilter(int outputs) {
    first = new int[outputs];
    weights = new float[outputs][];
  }

  /** Between the two nearest inputs, edges clamped: torch's {@code antialias=False}. */
  static AxisFilter bilinear(int from, int to) {
    AxisFilter filter = new AxisFilter(to);
    double scale = (double) from / to;
    for (int output = 0; output < to; output++) {
      double position = Math.max(scale * (output + 0.5) - 0.5, 0);
      int left = Math.min((int) position, from - 1);
      double share = position - left;
      filter.first[output] = left;
      filter.weights[output] =
          left + 1 < from ? new float[] {(float) (1 - share), (float) share} : new float[] {1};
    }
    return filter;
  }

  /**
   * Torch's {@code antialias=True}, which differs where the axis becomes shorter: a triangle as
   * wide as two outputs (modes section 2).
   */
  static AxisFilter antialiased(int from, int to) {
    double scale = (double) from / to;
    if (scale <= 1) {
      return bilinear(from, to);
    }
    AxisFilter filter = new AxisFilter(to);
    for (int output = 0; output < to; output++) {
      double centre = scale * (output + 0.5);
      int begin = Math.max((int) (centre - scale + 0.5), 0);
      int end = Math.min((int) (centre + scale + 0.5), from);
      double[] exact = new double[end - begin];
      double sum = 0;
      for (int tap = 0; tap < exact.length; tap++) {
        exact[tap] = Math.max(0, 1 - Math.abs((begin + tap - centre + 0.5) / scale));
        sum += exact[tap];
      }
      filter.first[output] = begin;
      filter.weights[output] = new float[exact.length];
      for (int tap = 0; tap < exact.length; tap++) {
        filter.weights[output][tap] = (float) (exact[tap] / sum);
      }
    }
    return filter;
  }

  /** The first input that an output is made of. */
  int first(int output) {
    return first[output];
  }

  /** How many inputs an output is made of. */
  int taps(int output) {
    return weights[output].length;
  }

  /** The first input behind those that an output is made of. */
  int end(int output) {
    return first[output] + weights[output].length;
  }

  /** What an output's input number {@code tap}, from its first on, is multiplied with. */
  float weight(int output, int tap) {
    return weights[output][tap];
  }

  /** Filters a row to outputs that begin at {@code at}. */
  void apply(float[] row, float[] into, int at) {
    for (int output = 0; output < first.length; output++) {
      float[] ofOutput = weights[output];
      int begin = first[output];
      float sum = 0;
      for (int tap = 0; tap < ofOutput.length; tap++) {
        sum += ofOutput[tap] * row[begin + tap];
      }
      into[at + output] = sum;
    }
  }
}
