package demofusion.deploy.compare;

import demofusion.deploy.compare.measure.GreyPicture;
import java.util.Random;

/** Pictures that a test knows everything about. */
final class Drawings {
  private Drawings() {}

  /** What stands at a place, 0 to 1. */
  interface Drawing {
    double at(int x, int y);
  }

  static GreyPicture draw(int width, int height, Drawing drawing) {
    float[] values = new float[width * height];
    for (int n = 0; n < values.length; n++) {
      values[n] = (float) drawing.at(n % width, n / width);
    }
    return new GreyPicture(width, height, values);
  }

  /** Blots of many sizes, nowhere alike. */
  static GreyPicture blots(int width, int height, long seed) {
    Random random = new Random(seed);
    double[][] blots = new double[width * height / 40][];
    for (int n = 0; n < blots.length; n++) {
      blots[n] =
          new double[] {
            random.nextInt(width),
            random.nextInt(height),
            2 + random.nextInt(7),
            random.nextDouble()
          };
    }
    float[] values = new float[width * height];
    for (double[] blot : blots) {
      for (int y = (int) (blot[1] - blot[2]); y <= blot[1] + blot[2]; y++) {
        for (int x = (int) (blot[0] - blot[2]); x <= blot[0] + blot[2]; x++) {
          if (x >= 0 && y >= 0 && x < width && y < height) {
            values[y * width + x] = (float) blot[3];
          }
        }
      }
    }
    return new GreyPicture(width, height, values);
  }

  /** The same picture again and again. */
  static GreyPicture tiled(GreyPicture tile, int across, int down) {
    return draw(
        tile.width() * across,
        tile.height() * down,
        (x, y) -> tile.at(x % tile.width(), y % tile.height()));
  }
}
