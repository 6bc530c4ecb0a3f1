package demofusion.protocol.picture;

/**
 * One axis of what is enlarged by cubic convolution with a = −0.75, half-pixel centres, clamped
 * edges and no antialiasing: torch's {@code interpolate(mode="bicubic", align_corners=False)} (spec
 * section 2.1). For every sample of the result: the four source samples it is made of and their
 * weights.
 */
public final class CubicAxis {
  public static final int TAPS = 4;
  private static final double A = -0.75;

  private final int[] index;
  private final float[] weight;

  private CubicAxis(int[] index, float[] weight) {
    this.index = index;
    this.weight = weight;
  }

  public static CubicAxis of(int from, int to) {
    int[] index = new int[to * TAPS];
    float[] weight = new float[to * TAPS];
    for (int n = 0; n < to; n++) {
      double centre = centre(from, to, n);
      int left = (int) Math.floor(centre);
      double fraction = centre - left;
      for (int tap = 0; tap < TAPS; tap++) {
        index[n * TAPS + tap] = index(from, left, tap);
        weight[n * TAPS + tap] = (float) kernel(Math.abs(fraction - (tap - 1)));
      }
    }
    return new CubicAxis(index, weight);
  }

  /** The source sample that a tap of a result's sample takes. */
  public int index(int sample, int tap) {
    return index[sample * TAPS + tap];
  }

  public float weight(int sample, int tap) {
    return weight[sample * TAPS + tap];
  }

  private static double centre(int from, int to, int sample) {
    return (sample + 0.5) * ((double) from / to) - 0.5;
  }

  private static int index(int from, int left, int tap) {
    return Math.max(0, Math.min(from - 1, left - 1 + tap));
  }

  /** The first source sample that a result's sample is made of, of an axis that is not built. */
  static int first(int from, int to, int sample) {
    return index(from, (int) Math.floor(centre(from, to, sample)), 0);
  }

  /** The last one. */
  static int last(int from, int to, int sample) {
    return index(from, (int) Math.floor(centre(from, to, sample)), TAPS - 1);
  }

  /** Keys' cubic convolution kernel at a distance in [0, 2]. */
  private static double kernel(double distance) {
    if (distance <= 1) {
      return ((A + 2) * distance - (A + 3)) * distance * distance + 1;
    }
    return ((A * distance - 5 * A) * distance + 8 * A) * distance - 4 * A;
  }
}
