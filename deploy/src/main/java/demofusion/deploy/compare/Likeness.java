package demofusion.deploy.compare;

import demofusion.deploy.compare.measure.GreyPicture;

/**
 * How alike two pictures are: the structural similarity index (Wang et al. 2004) with windows of
 * 8x8 pixels. DemoFusion's large pictures should keep what its first phase drew.
 */
public final class Likeness {
  private static final int SIDE = 8;
  private static final int STRIDE = 4;

  /** (0.01 L)² and (0.03 L)², where L, the range of values, is 1. */
  private static final double C1 = 1e-4;

  private static final double C2 = 9e-4;

  private Likeness() {}

  /**
   * Compares a picture, made as small as the other, with that.
   *
   * @return 1: the same; about 0: nothing in common
   */
  public static double of(GreyPicture picture, GreyPicture small) {
    GreyPicture other =
        picture.width() == small.width() && picture.height() == small.height()
            ? picture
            : picture.downscaled(small.width(), small.height());
    double sum = 0;
    int windows = 0;
    for (int y = 0; y + SIDE <= small.height(); y += STRIDE) {
      for (int x = 0; x + SIDE <= small.width(); x += STRIDE) {
        sum += similarity(other, small, x, y);
        windows++;
      }
    }
    return windows == 0 ? 0 : sum / windows;
  }

  private static double similarity(GreyPicture one, GreyPicture other, int left, int top) {
    double a = one.mean(left, top, left + SIDE, top + SIDE);
    double b = other.mean(left, top, left + SIDE, top + SIDE);
    double aa = 0;
    double bb = 0;
    double ab = 0;
    for (int y = top; y < top + SIDE; y++) {
      for (int x = left; x < left + SIDE; x++) {
        double da = one.at(x, y) - a;
        double db = other.at(x, y) - b;
        aa += da * da;
        bb += db * db;
        ab += da * db;
      }
    }
    int count = SIDE * SIDE - 1;
    return (2 * a * b + C1)
        * (2 * ab / count + C2)
        / ((a * a + b * b + C1) * (aa / count + bb / count + C2));
  }
}
