package demofusion.coordinator.diffusion;

import demofusion.protocol.latent.LatentExtent;
import java.util.Arrays;

/**
 * The Gaussian before dilated sampling (spec section 2.3): depthwise, 2s − 1 taps a side, zero
 * padding, kernel normalised to sum 1. The kernel is the product of its two axes, so rows are
 * blurred first and then summed down.
 */
final class GaussianBlur {
  private final float[] kernel;

  /**
   * @param dilation s, at least 1; with s = 1 the blur is the identity
   * @param sigma standard deviation in latent samples
   */
  GaussianBlur(int dilation, double sigma) {
    int taps = 2 * dilation - 1;
    double[] bell = new double[taps];
    double sum = 0;
    for (int tap = 0; tap < taps; tap++) {
      double distance = tap - (dilation - 1);
      bell[tap] = Math.exp(-distance * distance / (2 * sigma * sigma));
      sum += bell[tap];
    }
    kernel = new float[taps];
    for (int tap = 0; tap < taps; tap++) {
      kernel[tap] = (float) (bell[tap] / sum);
    }
  }

  /**
   * Blurs {@code source} into {@code result}.
   *
   * @param source (channels, height, width), not changed
   * @param result the same shape, another array
   */
  void apply(float[] source, float[] result, int channels, LatentExtent extent) {
    int lines = channels * extent.height();
    int grain = Math.max(4 * kernel.length, (1 << 15) / extent.width());
    Parallel.forRanges(lines, grain, (from, to) -> new Band(source, result, extent).blur(from, to));
  }

  /** Some neighbouring rows of the result, with the few blurred rows that they need at a time. */
  private final class Band {
    private final float[] source;
    private final float[] result;
    private final int height;
    private final int width;
    private final float[][] blurredRows = new float[kernel.length][];
    private final int[] blurredLine = new int[kernel.length];

    Band(float[] source, float[] result, LatentExtent extent) {
      this.source = source;
      this.result = result;
      this.height = extent.height();
      this.width = extent.width();
      for (int n = 0; n < kernel.length; n++) {
        blurredRows[n] = new float[width];
        blurredLine[n] = -1;
      }
    }

    /** Lines are rows counted through all channels. */
    void blur(int from, int to) {
      int radius = kernel.length / 2;
      float[] sum = new float[width];
      for (int line = from; line < to; line++) {
        int plane = line / height * height;
        int row = line % height;
        Arrays.fill(sum, 0);
        for (int tap = Math.max(0, radius - row);
            tap < Math.min(kernel.length, height - row + radius);
            tap++) {
          addScaled(sum, kernel[tap], blurredRow(plane + row + tap - radius));
        }
        System.arraycopy(sum, 0, result, line * width, width);
      }
    }

    private float[] blurredRow(int line) {
      int slot = line % kernel.length;
      float[] row = blurredRows[slot];
      if (blurredLine[slot] != line) {
        blurAcross(line, row);
        blurredLine[slot] = line;
      }
      return row;
    }

    private void blurAcross(int line, float[] row) {
      int radius = kernel.length / 2;
      int start = line * width;
      Arrays.fill(row, 0);
      for (int tap = 0; tap < kernel.length; tap++) {
        int shift = tap - radius;
        float weight = kernel[tap];
        int last = Math.min(width, width - shift);
        for (int x = Math.max(0, -shift); x < last; x++) {
          row[x] += weight * source[start + x + shift];
        }
      }
    }
  }

  private static void addScaled(float[] sum, float weight, float[] row) {
    for (int x = 0; x < sum.length; x++) {
      sum[x] += weight * row[x];
    }
  }
}
