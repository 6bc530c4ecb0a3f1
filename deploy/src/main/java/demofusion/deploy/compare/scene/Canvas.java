package demofusion.deploy.compare.scene;

import java.awt.image.BufferedImage;

/** A square that a landscape is painted on, layer over layer. */
final class Canvas {
  final int side;

  /** (side, side, 3), row-major, 0 dark to 1. */
  final float[] rgb;

  Canvas(int side) {
    this.side = side;
    this.rgb = new float[3 * side * side];
  }

  static float[] colour(int rgb) {
    return new float[] {(rgb >> 16 & 0xff) / 255f, (rgb >> 8 & 0xff) / 255f, (rgb & 0xff) / 255f};
  }

  static float[] mixed(float[] one, float[] other, double share) {
    float[] mixed = new float[3];
    for (int c = 0; c < 3; c++) {
      mixed[c] = (float) (one[c] + (other[c] - one[c]) * share);
    }
    return mixed;
  }

  static double clip(double value) {
    return Math.max(0, Math.min(1, value));
  }

  /**
   * Paints over a pixel.
   *
   * @param share of the colour, 0 to 1
   */
  void paint(int pixel, float[] colour, double share) {
    for (int c = 0; c < 3; c++) {
      rgb[3 * pixel + c] += (float) ((colour[c] - rgb[3 * pixel + c]) * share);
    }
  }

  void add(int pixel, float[] colour, double strength) {
    for (int c = 0; c < 3; c++) {
      rgb[3 * pixel + c] += (float) (colour[c] * strength);
    }
  }

  BufferedImage picture() {
    BufferedImage picture = new BufferedImage(side, side, BufferedImage.TYPE_INT_RGB);
    for (int pixel = 0; pixel < side * side; pixel++) {
      int value = 0;
      for (int c = 0; c < 3; c++) {
        value = value << 8 | (int) (255 * clip(rgb[3 * pixel + c]));
      }
      picture.setRGB(pixel % side, pixel / side, value);
    }
    return picture;
  }
}
