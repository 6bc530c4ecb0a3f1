package demofusion.deploy.compare;

import demofusion.deploy.compare.measure.GreyPicture;

/**
 * How much happens from pixel to pixel: the mean squared difference between neighbours. A blurred
 * picture has little; noise has much too, so more is not better by itself.
 */
final class GradientEnergy {
  /** Brings ordinary pictures to numbers that can be read. */
  private static final double SCALE = 1000;

  private GradientEnergy() {}

  /**
   * @return 0 for an even picture; about 1 for a photograph
   */
  static double of(GreyPicture picture) {
    double sum = 0;
    for (int y = 0; y + 1 < picture.height(); y++) {
      for (int x = 0; x + 1 < picture.width(); x++) {
        double across = picture.at(x + 1, y) - picture.at(x, y);
        double down = picture.at(x, y + 1) - picture.at(x, y);
        sum += across * across + down * down;
      }
    }
    long pixels = (long) Math.max(1, picture.width() - 1) * Math.max(1, picture.height() - 1);
    return SCALE * sum / pixels;
  }
}
