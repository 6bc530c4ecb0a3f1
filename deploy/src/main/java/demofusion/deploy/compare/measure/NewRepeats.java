package demofusion.deploy.compare.measure;

import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What a picture has twice and L has not: the share of its patches that are found again elsewhere,
 * at the same size or smaller, much better than the same place of L is. Fresh texture scores about
 * 0.1 with every method, and a repeat that looks different is missed: methods are to be compared
 * with one another, not with 0.
 */
final class NewRepeats {
  /** What the model's native side becomes. */
  private static final int SMALL = 96;

  private static final int PATCH = 24;
  private static final int STEP = 12;
  private static final double BLUR = 8;
  private static final double[] SCALES = {1, 0.7, 0.5};
  private static final double FOUND = 0.75;
  private static final double BETTER = 0.15;

  /** Of the small picture: beyond it the search takes minutes. */
  private static final int LONGEST = 6 * SMALL;

  private static final int CANDIDATES = 60;
  private static final double LEAST_CANDIDATE = 0.3;
  private static final int NEAR = 1; // of a candidate, in pixels

  private final Planes picture;
  private final Spread spread;
  private final Planes half;
  private final Spread halfSpread;
  private final double least;

  private NewRepeats(GreyPicture luma) {
    picture = new Planes(luma.width(), luma.height(), List.of(withoutBlur(luma)));
    spread = Spread.of(picture);
    half = picture.resized(luma.width() / 2, luma.height() / 2);
    halfSpread = Spread.of(half);
    least = picture.deviation() / 2;
  }

  /**
   * @param nativeSide of the model's own pictures, in pixels
   * @return 0 to 1; NaN where the picture is too large, or has no patch that varies
   */
  static double of(GreyPicture picture, GreyPicture enlarged, int nativeSide) {
    int width = Math.round((float) picture.width() * SMALL / nativeSide);
    int height = Math.round((float) picture.height() * SMALL / nativeSide);
    if (Math.max(width, height) > LONGEST || Math.min(width, height) < 2 * PATCH) {
      return Double.NaN;
    }
    NewRepeats here = new NewRepeats(resized(picture, width, height));
    NewRepeats there = new NewRepeats(resized(enlarged, width, height));
    int across = (width - PATCH) / STEP + 1;
    int down = (height - PATCH) / STEP + 1;
    int[] patches =
        IntStream.range(0, across * down)
            .filter(n -> here.deviation(n % across * STEP, n / across * STEP) >= here.least)
            .toArray();
    long repeats =
        IntStream.of(patches)
            .parallel()
            .filter(n -> isNew(here, there, n % across * STEP, n / across * STEP))
            .count();
    return patches.length == 0 ? Double.NaN : (double) repeats / patches.length;
  }

  private static GreyPicture resized(GreyPicture picture, int width, int height) {
    return new GreyPicture(
        width,
        height,
        Resampling.resized(picture.values(), picture.width(), picture.height(), width, height));
  }

  private static boolean isNew(NewRepeats here, NewRepeats there, int left, int top) {
    double found = here.best(left, top);
    return found >= FOUND && there.best(left, top) + BETTER <= found;
  }

  private double deviation(int left, int top) {
    return spread.deviation(left, top, PATCH, PATCH);
  }

  /** How well a patch is found where it does not overlap itself. */
  private double best(int left, int top) {
    Planes patch = picture.cut(left, top, PATCH, PATCH);
    double deviation = patch.deviation();
    double best = 0;
    for (double scale : SCALES) {
      int side = (int) Math.round(PATCH * scale);
      Planes sought = (side == PATCH ? patch : patch.resized(side, side)).centred();
      double own = sought.deviation();
      // Half of the patch's own deviation, whatever is left of it in small.
      double bound = own == 0 ? 0 : 0.5 * deviation / own;
      for (int place : candidates(patch, scale)) {
        int middleX = place % half.width() * 2;
        int middleY = place / half.width() * 2;
        for (int y = middleY - NEAR; y <= middleY + NEAR; y++) {
          for (int x = middleX - NEAR; x <= middleX + NEAR; x++) {
            if (isApart(x, y, side, left, top) && picture.holds(x, y, side)) {
              best = Math.max(best, picture.fitAt(sought, own, x, y, spread, bound));
            }
          }
        }
      }
    }
    return best;
  }

  private static boolean isApart(int x, int y, int side, int left, int top) {
    return x + side <= left || x >= left + PATCH || y + side <= top || y >= top + PATCH;
  }

  /**
   * Where it fits best in a picture half as large: places there, row by row. What fits well at full
   * size is among them, and looking there alone takes a tenth of the time.
   */
  private int[] candidates(Planes patch, double scale) {
    int side = (int) Math.round(PATCH * scale / 2);
    float[] fit = half.fit(patch.resized(side, side), halfSpread, 0.3, Double.POSITIVE_INFINITY);
    int across = half.width() - side + 1;
    return IntStream.range(0, fit.length)
        .filter(n -> fit[n] > LEAST_CANDIDATE)
        .boxed()
        .sorted(Comparator.comparingDouble(n -> -fit[n]))
        .limit(CANDIDATES)
        .mapToInt(n -> n / across * half.width() + n % across)
        .toArray();
  }

  /** Less its slow changes: a Gaussian, edges repeated. */
  private static float[] withoutBlur(GreyPicture luma) {
    int reach = (int) (4 * BLUR);
    double[] kernel = new double[2 * reach + 1];
    double total = 0;
    for (int n = 0; n < kernel.length; n++) {
      kernel[n] = Math.exp(-(n - reach) * (n - reach) / (2 * BLUR * BLUR));
      total += kernel[n];
    }
    int width = luma.width();
    int height = luma.height();
    float[] across = new float[luma.values().length];
    for (int n = 0; n < across.length; n++) {
      double sum = 0;
      for (int k = -reach; k <= reach; k++) {
        int x = Math.max(0, Math.min(width - 1, n % width + k));
        sum += kernel[k + reach] * luma.at(x, n / width);
      }
      across[n] = (float) (sum / total);
    }
    float[] rest = new float[across.length];
    for (int n = 0; n < rest.length; n++) {
      double sum = 0;
      for (int k = -reach; k <= reach; k++) {
        int y = Math.max(0, Math.min(height - 1, n / width + k));
        sum += kernel[k + reach] * across[y * width + n % width];
      }
      rest[n] = luma.values()[n] - (float) (sum / total);
    }
    return rest;
  }
}
