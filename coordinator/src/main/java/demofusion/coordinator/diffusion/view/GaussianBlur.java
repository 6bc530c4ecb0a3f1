package demofusion.coordinator.diffusion.view;

import demofusion.coordinator.diffusion.Parallel;
import demofusion.protocol.latent.LatentExtent;

/**
 * The Gaussian before dilated sampling (spec section 2.3): depthwise, 2s − 1 taps a side, zero
 * padding, kernel normalised to sum 1. The kernel is the product of its two axes, so rows are
 * blurred first and then summed down.
 */
public final class GaussianBlur {
  /** Weights by distance from the centre, 0 to s − 1: the kernel is symmetric. */
  private final float[] weights;

  private final int radius;

  /**
   * @param dilation s, at least 1; with s = 1 the blur is the identity
   * @param sigma standard deviation in latent samples
   */
  public GaussianBlur(int dilation, double sigma) {
    radius = dilation - 1;
    double[] bell = new double[dilation];
    double sum = 0;
    for (int distance = 0; distance <= radius; distance++) {
      bell[distance] = StrictMath.exp(-distance * distance / (2 * sigma * sigma));
      sum += distance == 0 ? bell[distance] : 2 * bell[distance];
    }
    weights = new float[dilation];
    for (int distance = 0; distance <= radius; distance++) {
      weights[distance] = (float) (bell[distance] / sum);
    }
  }

  /**
   * Blurs {@code source} as dilated sampling pads it into {@code result}.
   *
   * @param source (channels, height, width), not changed
   * @param result (channels, padded height, padded width), another array
   */
  public void apply(float[] source, float[] result, int channels, Dilation dilation) {
    LatentExtent padded = dilation.paddedExtent();
    int lines = channels * padded.height();
    // A band computes 2s − 2 rows more than it has.
    int grain = Math.max(8 * weights.length, (1 << 16) / padded.width());
    Parallel.forRanges(
        lines, grain, (from, to) -> new Band(source, result, dilation).blur(from, to));
  }

  /**
   * Some neighbouring rows of the result, with the few blurred rows that they need at a time. All
   * inner loops run over whole rows at one index: that is what the JIT makes vector code of, and
   * copying a row to shift it costs less than a loop with two offsets.
   */
  private final class Band {
    private final float[] source;
    private final float[] result;
    private final LatentExtent sourceExtent;
    private final int top; // rows of padding above the source
    private final int leftmost; // columns of padding before it
    private final int height;
    private final int width;
    private final float[] padded; // one source row with a radius of zeros on both sides
    private final float[] left;
    private final float[] right;
    private final float[] sum;
    private final float[] zeros;
    private final float[][] blurredRows = new float[2 * radius + 1][];
    private final int[] blurredLine = new int[2 * radius + 1];

    Band(float[] source, float[] result, Dilation dilation) {
      this.source = source;
      this.result = result;
      this.sourceExtent = dilation.extent();
      this.top = dilation.topPadding();
      this.leftmost = dilation.leftPadding();
      this.height = dilation.paddedExtent().height();
      this.width = dilation.paddedExtent().width();
      this.padded = new float[width + 2 * radius];
      this.left = new float[width];
      this.right = new float[width];
      this.sum = new float[width];
      this.zeros = new float[width];
      for (int n = 0; n < blurredRows.length; n++) {
        blurredRows[n] = new float[width];
        blurredLine[n] = -1;
      }
    }

    /** Lines are rows counted through all channels. */
    void blur(int from, int to) {
      for (int line = from; line < to; line++) {
        scale(sum, weights[0], blurredRow(line, 0));
        for (int k = 1; k <= radius; k++) {
          addPair(sum, weights[k], blurredRow(line, -k), blurredRow(line, k));
        }
        System.arraycopy(sum, 0, result, line * width, width);
      }
    }

    /** The row that lies {@code distance} rows below, blurred across; zeros outside the latent. */
    private float[] blurredRow(int line, int distance) {
      int row = line % height + distance;
      if (row < top || row >= height) {
        return zeros;
      }
      int wanted = line + distance;
      int slot = wanted % blurredRows.length;
      if (blurredLine[slot] != wanted) {
        blurAcross(wanted, blurredRows[slot]);
        blurredLine[slot] = wanted;
      }
      return blurredRows[slot];
    }

    private void blurAcross(int line, float[] row) {
      int sourceLine = line / height * sourceExtent.height() + line % height - top;
      int sourceWidth = sourceExtent.width();
      System.arraycopy(source, sourceLine * sourceWidth, padded, radius + leftmost, sourceWidth);
      System.arraycopy(padded, radius, left, 0, width);
      scale(row, weights[0], left);
      for (int k = 1; k <= radius; k++) {
        System.arraycopy(padded, radius - k, left, 0, width);
        System.arraycopy(padded, radius + k, right, 0, width);
        addPair(row, weights[k], left, right);
      }
    }
  }

  private static void scale(float[] row, float weight, float[] from) {
    for (int x = 0; x < row.length; x++) {
      row[x] = weight * from[x];
    }
  }

  private static void addPair(float[] row, float weight, float[] before, float[] after) {
    for (int x = 0; x < row.length; x++) {
      row[x] += weight * (before[x] + after[x]);
    }
  }
}
