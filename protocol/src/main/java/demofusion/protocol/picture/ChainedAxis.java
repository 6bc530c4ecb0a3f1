package demofusion.protocol.picture;

import java.util.Arrays;

/**
 * One axis of what goes through several sizes one after the other, each by {@link CubicAxis}: of
 * which samples of the first each sample of the last is made, and with which weights. Composed
 * once, so that a sample of the last is had without those between.
 */
public final class ChainedAxis {
  private final int[] first; // by sample of the last size: the first sample that it is made of
  private final float[][] weights; // by sample of the last size: from that one onwards

  private ChainedAxis(int[] first, float[][] weights) {
    this.first = first;
    this.weights = weights;
  }

  /**
   * @param from samples of the first
   * @param sizes that it goes through; none: it stays as it is
   */
  public static ChainedAxis of(int from, int... sizes) {
    int[] first = new int[from];
    double[][] exact = new double[from][];
    Arrays.setAll(first, n -> n);
    Arrays.setAll(exact, n -> new double[] {1});
    int before = from;
    for (int size : sizes) {
      CubicAxis axis = CubicAxis.of(before, size);
      int[] nextFirst = new int[size];
      double[][] next = new double[size][];
      for (int n = 0; n < size; n++) {
        int low = Integer.MAX_VALUE;
        int high = 0;
        for (int tap = 0; tap < CubicAxis.TAPS; tap++) {
          int source = axis.index(n, tap);
          if (axis.weight(n, tap) != 0) {
            low = Math.min(low, first[source]);
            high = Math.max(high, first[source] + exact[source].length);
          }
        }
        double[] sum = new double[high - low];
        for (int tap = 0; tap < CubicAxis.TAPS; tap++) {
          int source = axis.index(n, tap);
          if (axis.weight(n, tap) != 0) {
            for (int i = 0; i < exact[source].length; i++) {
              sum[first[source] - low + i] += axis.weight(n, tap) * exact[source][i];
            }
          }
        }
        nextFirst[n] = low;
        next[n] = sum;
      }
      first = nextFirst;
      exact = next;
      before = size;
    }
    float[][] weights = new float[exact.length][];
    for (int n = 0; n < exact.length; n++) {
      weights[n] = new float[exact[n].length];
      for (int i = 0; i < exact[n].length; i++) {
        weights[n][i] = (float) exact[n][i];
      }
    }
    return new ChainedAxis(first, weights);
  }

  /** How many samples the last has. */
  public int length() {
    return first.length;
  }

  /** The first sample that one of the last is made of. */
  public int first(int sample) {
    return first[sample];
  }

  /** The one behind the last that it is made of. */
  public int end(int sample) {
    return first[sample] + weights[sample].length;
  }

  /**
   * One sample of the last, summed in the order of the samples.
   *
   * @param samples of which one is counted every {@code stride}
   * @param at where sample {@code base} of the axis lies in them
   */
  public float sample(int sample, float[] samples, int at, int base, int stride) {
    float[] weight = weights[sample];
    int from = at + (first[sample] - base) * stride;
    float sum = 0;
    for (int n = 0; n < weight.length; n++) {
      sum += weight[n] * samples[from + n * stride];
    }
    return sum;
  }
}
