package demofusion.coordinator.diffusion.region;

import demofusion.protocol.latent.PixelExtent;
import java.util.Random;

/** Pictures with edges for tests. */
final class Pictures {
  private Pictures() {}

  static PictureRows rows(PixelExtent extent, byte[] rgb) {
    int line = extent.width() * 3;
    return (from, count, into) -> System.arraycopy(rgb, from * line, into, 0, count * line);
  }

  /** A flat one. */
  static byte[] flat(PixelExtent extent) {
    return new byte[extent.width() * extent.height() * 3];
  }

  /** Waves with noise on them: edges of every direction, strong and weak, short and long. */
  static byte[] waves(PixelExtent extent, int seed) {
    Random random = new Random(seed);
    byte[] rgb = flat(extent);
    double length = 3 + random.nextInt(5);
    double noise = 8 * random.nextInt(4);
    for (int n = 0; n < rgb.length; n++) {
      int x = n / 3 % extent.width();
      int y = n / 3 / extent.width();
      double value =
          128
              + 10 * (n % 3)
              + 70 * Math.sin(x / length) * Math.cos(y / 7.0)
              + noise * random.nextGaussian();
      rgb[n] = (byte) Math.max(0, Math.min(255, value));
    }
    return rgb;
  }
}
