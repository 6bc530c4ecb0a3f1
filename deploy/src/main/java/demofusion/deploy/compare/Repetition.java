package demofusion.deploy.compare;

import demofusion.deploy.compare.measure.GreyPicture;

/**
 * How much a picture repeats itself, which large pictures of a small model do: each patch of the
 * model's native size is looked for everywhere else in the picture, and the score is how well it is
 * found, averaged over the patches. Both are looked at in small and without their slow changes, so
 * that a sky is not taken for a repetition of itself.
 */
final class Repetition {
  /** Of a patch, in small. */
  private static final int SIDE = 24;

  private static final int DETAIL_RADIUS = 4;

  /** A patch that varies less is empty, and is found nowhere. */
  private static final double LEAST_DEVIATION = 1e-3;

  private final GreyPicture small;

  private Repetition(GreyPicture small) {
    this.small = small;
  }

  /**
   * @param nativeSide of the model's own pictures, in pixels
   * @return correlation, at most 1: every patch is there twice; 0 if the picture holds no two
   *     patches
   */
  static double of(GreyPicture picture, int nativeSide) {
    int width = Math.round((float) picture.width() * SIDE / nativeSide);
    int height = Math.round((float) picture.height() * SIDE / nativeSide);
    if (Math.max(width, height) < 2 * SIDE || Math.min(width, height) < SIDE) {
      return 0;
    }
    return new Repetition(picture.downscaled(width, height).details(DETAIL_RADIUS)).score();
  }

  private double score() {
    double sum = 0;
    int patches = 0;
    for (int top = 0; top + SIDE <= small.height(); top += SIDE) {
      for (int left = 0; left + SIDE <= small.width(); left += SIDE) {
        sum += best(left, top);
        patches++;
      }
    }
    return sum / patches;
  }

  /** How well the patch at (left, top) is found where it does not overlap itself. */
  private double best(int left, int top) {
    double best = 0;
    for (int y = 0; y + SIDE <= small.height(); y++) {
      for (int x = 0; x + SIDE <= small.width(); x++) {
        if (Math.abs(x - left) >= SIDE || Math.abs(y - top) >= SIDE) {
          best = Math.max(best, correlation(left, top, x, y));
        }
      }
    }
    return best;
  }

  private double correlation(int leftA, int topA, int leftB, int topB) {
    double a = 0;
    double b = 0;
    double aa = 0;
    double bb = 0;
    double ab = 0;
    for (int y = 0; y < SIDE; y++) {
      for (int x = 0; x < SIDE; x++) {
        double one = small.at(leftA + x, topA + y);
        double other = small.at(leftB + x, topB + y);
        a += one;
        b += other;
        aa += one * one;
        bb += other * other;
        ab += one * other;
      }
    }
    int count = SIDE * SIDE;
    double deviationA = Math.sqrt(Math.max(0, aa / count - a / count * (a / count)));
    double deviationB = Math.sqrt(Math.max(0, bb / count - b / count * (b / count)));
    boolean isEmpty = deviationA < LEAST_DEVIATION || deviationB < LEAST_DEVIATION;
    return isEmpty ? 0 : (ab / count - a / count * (b / count)) / (deviationA * deviationB);
  }
}
