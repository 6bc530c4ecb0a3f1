package demofusion.deploy.compare;

import demofusion.deploy.compare.measure.GreyPicture;
import demofusion.protocol.latent.PixelExtent;
import java.awt.image.BufferedImage;

/**
 * A square of a large picture, shown pixel for pixel: the same one of every contestant's picture.
 *
 * @param left in pixels of the large picture
 * @param top likewise
 */
record Crop(int left, int top, int side) {
  /** What fits on a sheet beside others. */
  static final int LARGEST = 240;

  private static final int PLACES = 8; // along each side that are looked at

  /** Where phase 1 has most to see, by which no contestant is favoured. */
  static Crop busiest(BufferedImage phase1, PixelExtent size) {
    GreyPicture grey = GreyPicture.of(phase1);
    int side = Math.min(LARGEST, Math.min(size.width(), size.height()));
    Crop best = new Crop(0, 0, side);
    double most = -1;
    for (int row = 0; row < PLACES; row++) {
      for (int column = 0; column < PLACES; column++) {
        Crop crop =
            new Crop(
                (size.width() - side) * column / (PLACES - 1),
                (size.height() - side) * row / (PLACES - 1),
                side);
        double energy = GradientEnergy.of(crop.of(grey, size));
        if (energy > most) {
          most = energy;
          best = crop;
        }
      }
    }
    return best;
  }

  private GreyPicture of(GreyPicture small, PixelExtent size) {
    int x = left * small.width() / size.width();
    int y = top * small.height() / size.height();
    int width = Math.max(2, side * small.width() / size.width());
    int height = Math.max(2, side * small.height() / size.height());
    float[] values = new float[width * height];
    for (int n = 0; n < values.length; n++) {
      values[n] =
          small.at(
              Math.min(small.width() - 1, x + n % width),
              Math.min(small.height() - 1, y + n / width));
    }
    return new GreyPicture(width, height, values);
  }

  BufferedImage of(BufferedImage picture) {
    return picture.getSubimage(left, top, side, side);
  }
}
