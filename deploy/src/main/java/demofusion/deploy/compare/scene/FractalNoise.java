package demofusion.deploy.compare.scene;

import java.util.Arrays;
import java.util.Random;

/**
 * Noise of many octaves, each finer and weaker than the one before: rock, clouds, ripples. Octaves
 * finer than a pixel are left out, so the same noise drawn larger has the same shapes and finer
 * detail.
 */
final class FractalNoise {
  private final long seed;
  private final int base;
  private final int octaves;
  private final double gain;

  /**
   * @param base cells across at the lowest octave
   * @param gain an octave's strength, by that of the one before
   */
  FractalNoise(long seed, int base, int octaves, double gain) {
    this.seed = seed;
    this.base = base;
    this.octaves = octaves;
    this.gain = gain;
  }

  /**
   * On a square.
   *
   * @param stretch how many more cells there are down than across
   * @return (side, side), row-major, in about [0, 1]
   */
  float[] plane(int side, double stretch) {
    return sum(side, side, stretch);
  }

  /** Along a line: a ridge. */
  float[] line(int side) {
    return sum(side, 1, 0);
  }

  private float[] sum(int width, int height, double stretch) {
    float[] sum = new float[width * height];
    double strength = 1;
    double total = 0;
    for (int octave = 0; octave < octaves; octave++) {
      int across = base << octave;
      int down = height == 1 ? 0 : Math.max(1, (int) (across * stretch));
      total += strength;
      if (across < width && down < height) {
        add(new Random(mixed(octave)), across, down, width, height, strength, sum);
      } else {
        for (int n = 0; n < sum.length; n++) {
          sum[n] += (float) (0.5 * strength);
        }
      }
      strength *= gain;
    }
    for (int n = 0; n < sum.length; n++) {
      sum[n] /= (float) total;
    }
    return sum;
  }

  private long mixed(int octave) {
    long value = seed * 0x9e3779b97f4a7c15L + octave * 0xbf58476d1ce4e5b9L;
    return (value ^ value >>> 31) * 0x94d049bb133111ebL;
  }

  private static void add(
      Random random, int across, int down, int width, int height, double strength, float[] sum) {
    int columns = across + 3;
    int rows = height == 1 ? 1 : down + 3;
    float[] wide = new float[rows * width];
    float[] cells = new float[columns];
    for (int row = 0; row < rows; row++) {
      for (int column = 0; column < columns; column++) {
        cells[column] = random.nextFloat();
      }
      for (int x = 0; x < width; x++) {
        wide[row * width + x] = cubic(cells, 0, 1, columns, place(x, across, width));
      }
    }
    if (height == 1) {
      for (int x = 0; x < width; x++) {
        sum[x] += (float) (strength * wide[x]);
      }
      return;
    }
    for (int y = 0; y < height; y++) {
      double place = place(y, down, height);
      for (int x = 0; x < width; x++) {
        sum[y * width + x] += (float) (strength * cubic(wide, x, width, rows, place));
      }
    }
  }

  private static double place(int pixel, int cells, int pixels) {
    return 0.5 + (pixel + 0.5) * (cells + 1) / pixels;
  }

  /** Between four values, Keys's kernel with −½. */
  private static float cubic(float[] values, int from, int step, int count, double place) {
    int first = (int) Math.floor(place) - 1;
    double u = place - Math.floor(place);
    double[] weights = {
      -0.5 * u + u * u - 0.5 * u * u * u,
      1 - 2.5 * u * u + 1.5 * u * u * u,
      0.5 * u + 2 * u * u - 1.5 * u * u * u,
      -0.5 * u * u + 0.5 * u * u * u
    };
    double sum = 0;
    for (int k = 0; k < weights.length; k++) {
      int n = Math.max(0, Math.min(count - 1, first + k));
      sum += weights[k] * values[from + n * step];
    }
    return (float) sum;
  }

  /** Everywhere the same: no noise. */
  static float[] none(int side) {
    float[] even = new float[side * side];
    Arrays.fill(even, 0.5f);
    return even;
  }
}
