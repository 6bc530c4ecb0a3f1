package demofusion.deploy.compare;

import demofusion.deploy.compare.measure.GreyPicture;
import demofusion.protocol.latent.LatentExtent;
import java.util.Set;
import java.util.TreeSet;

/**
 * How much windows show: the difference between neighbours near the borders of windows, against
 * that a little beside them, so that what the picture shows there counts for both. Where windows
 * are moved at random, as DemoFusion does, it is measured where their borders would lie without;
 * where there are no windows, it is about 1 at random.
 */
final class Seams {
  /** Of columns and rows half a latent sample from a border at most: the VAE blurs it that far. */
  private static final int BORDER = 0;

  /** Of those that are one to three latent samples from one. */
  private static final int BESIDE = 1;

  /** Of all others. */
  private static final int ELSEWHERE = 2;

  private static final int BESIDE_SAMPLES = 3;

  private final int[] columns; // by pixel
  private final int[] rows;

  private Seams(int[] columns, int[] rows) {
    this.columns = columns;
    this.rows = rows;
  }

  /**
   * The borders of a latent's windows.
   *
   * @param window side, in latent samples
   * @param stride between windows, in latent samples
   * @param factor pixels per latent sample
   */
  static Seams of(LatentExtent extent, int window, int stride, int factor) {
    return new Seams(
        places(borders(extent.width(), window, stride), extent.width(), factor),
        places(borders(extent.height(), window, stride), extent.height(), factor));
  }

  private static Set<Integer> borders(int side, int window, int stride) {
    Set<Integer> borders = new TreeSet<>();
    for (int start = 0; start < side - window + stride; start += stride) {
      int place = Math.max(0, Math.min(start, side - window));
      borders.add(place);
      borders.add(Math.min(side, place + window));
    }
    borders.remove(0);
    borders.remove(side);
    return borders;
  }

  private static int[] places(Set<Integer> borders, int side, int factor) {
    int[] places = new int[side * factor];
    for (int n = 0; n < places.length; n++) {
      int nearest = Integer.MAX_VALUE;
      for (int border : borders) {
        nearest = Math.min(nearest, Math.abs(n - border * factor));
      }
      boolean isBeside = nearest > factor && nearest <= BESIDE_SAMPLES * factor;
      places[n] = nearest <= factor / 2 ? BORDER : isBeside ? BESIDE : ELSEWHERE;
    }
    return places;
  }

  /**
   * @return 1: borders are as what is beside them; above: they show; 1 as well where there are none
   */
  double of(GreyPicture picture) {
    double[] sums = new double[ELSEWHERE + 1];
    long[] counts = new long[ELSEWHERE + 1];
    for (int y = 1; y < picture.height(); y++) {
      for (int x = 1; x < picture.width(); x++) {
        int column = columns[x];
        int row = rows[y];
        sums[column] += Math.abs(picture.at(x, y) - picture.at(x - 1, y));
        sums[row] += Math.abs(picture.at(x, y) - picture.at(x, y - 1));
        counts[column]++;
        counts[row]++;
      }
    }
    return counts[BORDER] == 0 || sums[BESIDE] == 0
        ? 1
        : sums[BORDER] / counts[BORDER] / (sums[BESIDE] / counts[BESIDE]);
  }
}
