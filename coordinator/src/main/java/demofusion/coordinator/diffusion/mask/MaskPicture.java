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
   * @param place of what the latent is of, in a picture that this mask is laid over
   * @return (height, width), from 0 to 1
   */
  public double[] means(LatentExtent latent, AreaPlace place) {
    double[] means = new double[latent.area()];
    PixelExtent whole = place.whole();
    overSamples(
        latent,
        bounds(
            extent.height(), whole.height(), place.top(), place.extent().height(), latent.height()),
        bounds(extent.width(), whole.width(), place.left(), place.extent().width(), latent.width()),
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
        bounds(extent.height(), 1, 0, 1, latent.height()),
        bounds(extent.width(), 1, 0, 1, latent.width()),
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

  private static void overSamples(LatentExtent latent, int[] rows, int[] columns, Pixels pixels) {
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

  /**
   * For each sample of an axis the mask's first pixel, and the one behind its last; behind the
   * picture the last one is repeated.
   *
   * @param pixels of the mask, which are laid over the whole picture
   * @param whole pixels of the picture
   * @param start the area's first pixel in it
   * @param area pixels of the area, which the samples are of
   */
  private static int[] bounds(int pixels, int whole, int start, int area, int samples) {
    int[] bounds = new int[2 * samples];
    long all = (long) whole * samples;
    for (int n = 0; n < samples; n++) {
      long from = ((long) start * samples + (long) n * area) * pixels;
      long to = ((long) start * samples + (n + 1L) * area) * pixels;
      int first = (int) Math.min(from / all, pixels - 1);
      bounds[2 * n] = first;
      bounds[2 * n + 1] = (int) Math.max(first + 1, Math.min((to + all - 1) / all, pixels));
    }
    return bounds;
  }
}
