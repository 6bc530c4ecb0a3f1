package demofusion.deploy.compare;

import java.awt.image.BufferedImage;

/** Makes a picture larger, with Lanczos's kernel of three lobes: what anybody has for nothing. */
public final class Lanczos {
  private static final int LOBES = 3;

  private Lanczos() {}

  public static BufferedImage enlarge(BufferedImage picture, int width, int height) {
    BufferedImage wide = new BufferedImage(width, picture.getHeight(), BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < picture.getHeight(); y++) {
      int[] line = picture.getRGB(0, y, picture.getWidth(), 1, null, 0, picture.getWidth());
      wide.setRGB(0, y, width, 1, resampled(line, width), 0, width);
    }
    BufferedImage large = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    for (int x = 0; x < width; x++) {
      int[] line = wide.getRGB(x, 0, 1, wide.getHeight(), null, 0, 1);
      large.setRGB(x, 0, 1, height, resampled(line, height), 0, 1);
    }
    return large;
  }

  private static int[] resampled(int[] line, int length) {
    int[] result = new int[length];
    double scale = (double) line.length / length;
    for (int n = 0; n < length; n++) {
      double centre = (n + 0.5) * scale - 0.5;
      int first = (int) Math.floor(centre) - LOBES + 1;
      double[] colour = new double[3];
      double sum = 0;
      for (int k = first; k < first + 2 * LOBES; k++) {
        double weight = kernel(centre - k);
        int rgb = line[Math.max(0, Math.min(line.length - 1, k))];
        for (int c = 0; c < 3; c++) {
          colour[c] += weight * ((rgb >> (8 * c)) & 0xff);
        }
        sum += weight;
      }
      for (int c = 0; c < 3; c++) {
        int value = (int) Math.max(0, Math.min(255, Math.rint(colour[c] / sum)));
        result[n] |= value << (8 * c);
      }
    }
    return result;
  }

  private static double kernel(double x) {
    if (Math.abs(x) < 1e-9) {
      return 1;
    }
    return Math.abs(x) >= LOBES
        ? 0
        : LOBES
            * Math.sin(Math.PI * x)
            * Math.sin(Math.PI * x / LOBES)
            / (Math.PI * Math.PI * x * x);
  }
}
