package demofusion.coordinator.diffusion.mask;

import demofusion.coordinator.diffusion.Parallel;
import demofusion.protocol.latent.LatentExtent;
import demofusion.protocol.latent.PixelExtent;

/**
 * A mask in 8 bits, and what it is over each sample of a latent: the sample (y, x) of H × W covers
 * the pixels from ⌊y·n/H⌋ to before ⌈(y + 1)·n/H⌉, and columns alike; neighbours may share pixels,
 * as in torch's adaptive pooling.
 */
public final class MaskPicture {
  private static final int WHITE = 255;

  private final PixelExtent extent;
  private final byte[] grey;

  /**
   * Shares the array.
   *
   * @param grey (height, width); 255 is white
   */
  public MaskPicture(PixelExtent extent, byte[] grey) {
    if (grey.length != extent.area()) {
      throw new IllegalArgumentException(grey.length + " bytes are no mask of " + extent);
    }
    this.extent = extent;
    this.grey = grey;
  }

  public PixelExtent extent() {
    return extent;
  }

  /** All of them, (height, width); not to be changed. */
  public byte[] levels() {
    return grey;
  }

  /** From 0, black, to 255, white. */
  int level(int row, int column) {
    return grey[row * extent.width() + column] & 0xff;
  }

  /**
   * How white each sample is on the average (conditioning section 3.1).
   *
   * @return (height, width), from 0 to 1
   */
  public double[] means(LatentExtent latent) {
    double[] means = new double[latent.area()];
    overSamples(
        latent,
        (sample, top, bottom, left, right) -> {
          long sum = 0;
          for (int row = top; row < bottom; row++) {
            for (int column = left; column < right; column++) {
              sum += level(row, column);
            }
          }
          means[sample] = (double) sum / WHITE / ((long) (bottom - top) * (right - left));
        });
    return means;
  }

  /**
   * Which samples some pixel touches that is at least so white (conditioning section 5.1).
   *
   * @param threshold of a pixel's level
   * @return (height, width)
   */
  public boolean[] touched(LatentExtent latent, int threshold) {
    boolean[] touched = new boolean[latent.area()];
    overSamples(
        latent,
        (sample, top, bottom, left, right) -> {
          for (int row = top; row < bottom && !touched[sample]; row++) {
            for (int column = left; column < right && !touched[sample]; column++) {
              touched[sample] = level(row, column) >= threshold;
            }
          }
        });
    return touched;
  }

  /** Takes a sample's pixels: rows from top to before bottom, columns from left to before right. */
  @FunctionalInterface
  private interface Pixels {
    void of(int sample, int top, int bottom, int left, int right);
  }

  private void overSamples(LatentExtent latent, Pixels pixels) {
    int[] columns = bounds(extent.width(), latent.width());
    int[] rows = bounds(extent.height(), latent.height());
    Parallel.forRanges(
        latent.height(),
        1,
        (from, to) -> {
          for (int y = from; y < to; y++) {
            for (int x = 0; x < latent.width(); x++) {
              pixels.of(
                  y * latent.width() + x,
                  rows[2 * y],
                  rows[2 * y + 1],
                  columns[2 * x],
                  columns[2 * x + 1]);
            }
          }
        });
  }

  /** For each sample of an axis its first pixel, and the one behind its last. */
  private static int[] bounds(int pixels, int samples) {
    int[] bounds = new int[2 * samples];
    for (int n = 0; n < samples; n++) {
      bounds[2 * n] = (int) ((long) n * pixels / samples);
      bounds[2 * n + 1] = (int) (((n + 1L) * pixels + samples - 1) / samples);
    }
    return bounds;
  }
}
