package demofusion.coordinator.diffusion.frequency;

import demofusion.coordinator.diffusion.Parallel;
import demofusion.protocol.latent.Latent;
import demofusion.protocol.latent.LatentExtent;
import java.util.Arrays;

/**
 * The low-pass of detail mode, L(y) = up(down(y)): down to a small latent by bilinear resizing with
 * antialiasing, up by bilinear resizing (modes section 2). Only the small latent is ever held.
 */
public final class LowPass {
  /** Values of the whole latent that one thread takes at once. */
  private static final int GRAIN = 1 << 16;

  private final int channels;
  private final LatentExtent extent;
  private final LatentExtent small;
  private final AxisFilter rowsDown;
  private final AxisFilter columnsDown;
  private final AxisFilter rowsUp;
  private final AxisFilter columnsUp;

  /**
   * @param extent H×W of the latents that are filtered
   * @param small m, what they are made as small as
   */
  public LowPass(int channels, LatentExtent extent, LatentExtent small) {
    this.channels = channels;
    this.extent = extent;
    this.small = small;
    this.rowsDown = AxisFilter.antialiased(extent.height(), small.height());
    this.columnsDown = AxisFilter.antialiased(extent.width(), small.width());
    this.rowsUp = AxisFilter.bilinear(small.height(), extent.height());
    this.columnsUp = AxisFilter.bilinear(small.width(), extent.width());
  }

  /**
   * The samples that are left of a side: int(side·share), in double as the authors have it.
   *
   * @param share q, in (0, 1]
   */
  public static int smallSide(int side, double share) {
    return (int) (side * share);
  }

  public LatentExtent extent() {
    return extent;
  }

  public LatentExtent small() {
    return small;
  }

  /** down(y) for samples (channels, height, width). */
  public Latent down(float[] samples) {
    return down(samples, 1, samples, 0, extent.height());
  }

  /**
   * down(a·x + b·p), without holding the sum.
   *
   * @param x (channels, height, width)
   * @param p the same length; not looked at where b is 0
   * @param rows of x and p that count, from the top; what is made of others is left 0
   */
  Latent down(float[] x, float a, float[] p, float b, int rows) {
    Latent result = Latent.zeros(channels, small);
    int rowsAtOnce = Math.max(1, GRAIN / (extent.width() * rowsDown.taps(0)));
    Parallel.forRanges(
        channels * small.height(),
        rowsAtOnce,
        (from, to) -> {
          float[] sum = new float[extent.width()];
          for (int line = from; line < to; line++) {
            int row = line % small.height();
            int channel = line / small.height();
            if (rowsDown.end(row) > rows) {
              continue;
            }
            int first = channel * extent.height() + rowsDown.first(row);
            Arrays.fill(sum, 0);
            for (int tap = 0; tap < rowsDown.taps(row); tap++) {
              addRow(sum, rowsDown.weight(row, tap), x, a, p, b, first + tap);
            }
            columnsDown.apply(sum, result.samples(), line * small.width());
          }
        });
    return result;
  }

  /** sum ← sum + weight·(a·x + b·p), of one row; a line is a row counted through all channels. */
  private static void addRow(
      float[] sum, float weight, float[] x, float a, float[] p, float b, int line) {
    int from = line * sum.length;
    if (b == 0) {
      float scale = weight * a;
      for (int column = 0; column < sum.length; column++) {
        sum[column] += scale * x[from + column];
      }
    } else {
      for (int column = 0; column < sum.length; column++) {
        sum[column] += weight * (a * x[from + column] + b * p[from + column]);
      }
    }
  }

  /**
   * How many rows of L(y), from the top, are made of the first rows of y alone.
   *
   * @param rows of y
   */
  int rowsOf(int rows) {
    int known = leading(rowsDown, small.height(), rows);
    return leading(rowsUp, extent.height(), known);
  }

  private static int leading(AxisFilter filter, int outputs, int inputs) {
    int known = 0;
    while (known < outputs && filter.end(known) <= inputs) {
      known++;
    }
    return known;
  }

  /**
   * samples ← samples + scale·up(y).
   *
   * @param y of the small extent
   * @param samples (channels, height, width)
   */
  public void addUp(Latent y, float scale, float[] samples) {
    addUp(y, scale, samples, extent.height());
  }

  /**
   * The same of the first rows.
   *
   * @param rows of each channel that are changed
   */
  void addUp(Latent y, float scale, float[] samples, int rows) {
    int width = extent.width();
    Parallel.forRanges(
        channels * extent.height(),
        Math.max(1, GRAIN / width),
        (from, to) -> {
          float[] between = new float[small.width()];
          float[] line = new float[width];
          for (int row = from; row < to; row++) {
            if (row % extent.height() >= rows) {
              continue;
            }
            upRow(y.samples(), row, between, line);
            for (int column = 0; column < width; column++) {
              samples[row * width + column] += scale * line[column];
            }
          }
        });
  }

  /** One row of up(y), counted through all channels. */
  private void upRow(float[] y, int line, float[] between, float[] into) {
    int row = line % extent.height();
    int first = line / extent.height() * small.height() + rowsUp.first(row);
    Arrays.fill(between, 0);
    for (int tap = 0; tap < rowsUp.taps(row); tap++) {
      float weight = rowsUp.weight(row, tap);
      int from = (first + tap) * small.width();
      for (int column = 0; column < between.length; column++) {
        between[column] += weight * y[from + column];
      }
    }
    columnsUp.apply(between, into, 0);
  }
}
