package demofusion.coordinator.diffusion.resize;

import demofusion.coordinator.diffusion.Parallel;
import demofusion.protocol.latent.Latent;
import demofusion.protocol.latent.LatentExtent;

/**
 * Cubic convolution with a = −0.75, half-pixel centres, clamped edges and no antialiasing: torch's
 * {@code interpolate(mode="bicubic", align_corners=False)}, which enlarges a phase's latent to the
 * next (spec section 2.1).
 */
public final class Bicubic {
  private static final double A = -0.75;
  static final int TAPS = 4;

  private Bicubic() {}

  /** Takes neighbouring samples of the result, in any order and from several threads. */
  @FunctionalInterface
  public interface Sink {
    /**
     * @param from the first one's number in the result
     * @param band the samples; valid during the call only
     */
    void accept(int from, float[] band, int count);
  }

  /** Enlarges in bands of rows, so that nobody needs to hold the whole result. */
  public static void resize(Latent source, LatentExtent extent, Sink sink) {
    Axis rows = Axis.of(source.extent().height(), extent.height());
    Axis columns = Axis.of(source.extent().width(), extent.width());
    int sourceWidth = source.extent().width();
    int sourcePlane = source.extent().area();
    int width = extent.width();
    int allRows = source.channels() * extent.height();
    Parallel.forRanges(
        allRows,
        Math.max(1, 8192 / width),
        (from, to) -> {
          float[] band = new float[(to - from) * width];
          for (int row = from; row < to; row++) {
            int plane = row / extent.height() * sourcePlane;
            int y = row % extent.height();
            for (int x = 0; x < width; x++) {
              float sum = 0;
              for (int i = 0; i < TAPS; i++) {
                int line = plane + rows.index[y * TAPS + i] * sourceWidth;
                float across = 0;
                for (int j = 0; j < TAPS; j++) {
                  across +=
                      columns.weight[x * TAPS + j]
                          * source.samples()[line + columns.index[x * TAPS + j]];
                }
                sum += rows.weight[y * TAPS + i] * across;
              }
              band[(row - from) * width + x] = sum;
            }
          }
          sink.accept(from * width, band, band.length);
        });
  }

  /**
   * For every sample of one axis of the result: the four source samples it is made of (clamped to
   * the axis) and their weights.
   */
  record Axis(int[] index, float[] weight) {
    static Axis of(int from, int to) {
      int[] index = new int[to * TAPS];
      float[] weight = new float[to * TAPS];
      double scale = (double) from / to;
      for (int n = 0; n < to; n++) {
        double centre = (n + 0.5) * scale - 0.5;
        int left = (int) Math.floor(centre);
        double fraction = centre - left;
        for (int tap = 0; tap < TAPS; tap++) {
          index[n * TAPS + tap] = Math.max(0, Math.min(from - 1, left - 1 + tap));
          weight[n * TAPS + tap] = (float) kernel(Math.abs(fraction - (tap - 1)));
        }
      }
      return new Axis(index, weight);
    }

    /** The source sample that a tap of a result's sample takes. */
    int index(int sample, int tap) {
      return index[sample * TAPS + tap];
    }

    float weight(int sample, int tap) {
      return weight[sample * TAPS + tap];
    }

    /** The first source sample that a result's sample is made of. */
    int firstOf(int sample) {
      return index(sample, 0);
    }

    /** The last one. */
    int lastOf(int sample) {
      return index(sample, TAPS - 1);
    }
  }

  /** Keys' cubic convolution kernel at a distance in [0, 2]. */
  private static double kernel(double distance) {
    if (distance <= 1) {
      return ((A + 2) * distance - (A + 3)) * distance * distance + 1;
    }
    return ((A * distance - 5 * A) * distance + 8 * A) * distance - 4 * A;
  }
}
