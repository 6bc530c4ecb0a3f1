package demofusion.coordinator.image;

import static org.assertj.core.api.Assertions.assertThat;

import demofusion.protocol.latent.PixelExtent;

/**
 * A picture of slow waves of three colours, of any size. The samples among the test's resources were
 * made of it, 40x24, by Pillow, piexif and tifffile.
 */
final class Waves implements PixelRows {
  private final PixelExtent extent;
  private int asked;

  Waves(int width, int height) {
    extent = new PixelExtent(width, height);
  }

  static int sample(int x, int y, int channel) {
    return (int) (127 + 100 * Math.sin((x + 2.0 * y) / (9 + 2 * channel)));
  }

  /** The mean difference of a sample of a picture from the waves of that size. */
  static double distance(RgbPicture picture) {
    return distance(picture, 0);
  }

  /** The same from some column on. */
  static double distance(RgbPicture picture, int left) {
    long sum = 0;
    long count = 0;
    for (int y = 0; y < picture.extent().height(); y++) {
      for (int x = left; x < picture.extent().width(); x++) {
        for (int channel = 0; channel < 3; channel++) {
          sum += Math.abs(picture.sample(x, y, channel) - sample(x, y, channel));
          count++;
        }
      }
    }
    return (double) sum / count;
  }

  /** How many rows were asked for. */
  int asked() {
    return asked;
  }

  @Override
  public PixelExtent extent() {
    return extent;
  }

  @Override
  public void read(int y, byte[] rgb) {
    assertThat(y).isEqualTo(asked++);
    for (int n = 0; n < rgb.length; n++) {
      rgb[n] = (byte) sample(n / 3, y, n % 3);
    }
  }
}
