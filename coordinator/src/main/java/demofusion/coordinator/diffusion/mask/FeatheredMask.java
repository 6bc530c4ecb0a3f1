package demofusion.coordinator.diffusion.mask;

import java.util.Arrays;

/**
 * How new pixels go over into kept ones at a mask's edge (conditioning section 5.5): the mask
 * widened by r = ⌊2.5σ + ½⌋ pixels, then blurred by a Gaussian of σ whose taps end at r. So it is 1
 * on all of the mask, and the ramp lies outside. Edges are reflected, not repeating the outermost
 * pixel. Computed in bands of rows, in double.
 */
public final class FeatheredMask {
  private static final double REACH = 2.5; // in standard deviations

  private final MaskPicture mask;
  private final int threshold;
  private final int radius;
  private final double[] taps; // from −radius to radius, sum 1

  /**
   * @param threshold of the level of a pixel that belongs to the mask
   * @param sigma in pixels; 0: a hard edge
   */
  public FeatheredMask(MaskPicture mask, int threshold, double sigma) {
    this.mask = mask;
    this.threshold = threshold;
    this.radius = radius(sigma);
    this.taps = new double[2 * radius + 1];
    double sum = 0;
    for (int n = -radius; n <= radius; n++) {
      taps[n + radius] = radius == 0 ? 1 : StrictMath.exp(-n * n / (2 * sigma * sigma));
      sum += taps[n + radius];
    }
    for (int n = 0; n < taps.length; n++) {
      taps[n] /= sum;
    }
  }

  private static int radius(double sigma) {
    return (int) (REACH * sigma + 0.5);
  }

  /** How many pixels beyond the mask the ramp goes: it is widened, and then blurred. */
  public static int reach(double sigma) {
    return 2 * radius(sigma);
  }

  /**
   * The share of what is new in each pixel of some rows.
   *
   * @return (to − from, width), from 0 to 1
   */
  public double[] rows(int from, int to) {
    int width = mask.extent().width();
    double[] rows = new double[(to - from) * width];
    int first = Math.max(0, from - radius);
    int last = Math.min(mask.extent().height(), to + radius);
    if (from < radius) { // reflection reads rows behind the band
      last = Math.max(last, Math.min(mask.extent().height(), radius - from + 1));
    }
    if (to + radius > mask.extent().height()) {
      first = Math.min(first, Math.max(0, 2 * mask.extent().height() - 1 - to - radius));
    }
    double[] across = across(first, last);
    for (int row = from; row < to; row++) {
      for (int tap = -radius; tap <= radius; tap++) {
        int at = (reflected(row + tap, mask.extent().height()) - first) * width;
        double weight = taps[tap + radius];
        for (int column = 0; column < width; column++) {
          rows[(row - from) * width + column] += weight * across[at + column];
        }
      }
    }
    return rows;
  }

  /** Rows of the widened mask, each blurred. */
  private double[] across(int first, int last) {
    int width = mask.extent().width();
    double[] across = new double[(last - first) * width];
    boolean[] widened = new boolean[width];
    for (int row = first; row < last; row++) {
      widen(row, widened);
      for (int column = 0; column < width; column++) {
        double sum = 0;
        for (int tap = -radius; tap <= radius; tap++) {
          if (widened[reflected(column + tap, width)]) {
            sum += taps[tap + radius];
          }
        }
        across[(row - first) * width + column] = sum;
      }
    }
    return across;
  }

  /** Whether a pixel of the mask lies in the square of 2r + 1 pixels around each of a row. */
  private void widen(int row, boolean[] widened) {
    Arrays.fill(widened, false);
    int bottom = Math.min(mask.extent().height(), row + radius + 1);
    for (int column = 0; column < widened.length; column++) {
      boolean isMarked = false;
      for (int y = Math.max(0, row - radius); y < bottom && !isMarked; y++) {
        isMarked = mask.level(y, column) >= threshold;
      }
      if (isMarked) {
        int right = Math.min(widened.length, column + radius + 1);
        Arrays.fill(widened, Math.max(0, column - radius), right, true);
      }
    }
  }

  /** numpy's reflection, as often as it takes. */
  private static int reflected(int index, int length) {
    if (length == 1) {
      return 0;
    }
    int period = 2 * (length - 1);
    int inside = Math.floorMod(index, period);
    return inside < length ? inside : period - inside;
  }
}
