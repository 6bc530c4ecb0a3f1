package demofusion.protocol.latent;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.api.request.method.GuidanceSplit;

/**
 * What split guidance takes for the low frequencies of a window (modes section 4): one matrix along
 * each axis, made in double and rounded once, which the coordinator and workers' devices multiply
 * with alike.
 *
 * <pre>
 *   L(y) = R·y·Cᵀ        y one channel (height, width)
 * </pre>
 */
public final class SplitLowPass {
  private final Axis rows;
  private final Axis columns;

  private SplitLowPass(Axis rows, Axis columns) {
    this.rows = rows;
    this.columns = columns;
  }

  /** For windows of the last two sides of that tensor. */
  static SplitLowPass of(Guidance.Split split, Tensor windows) {
    int[] shape = windows.shape();
    return of(split, shape[shape.length - 2], shape[shape.length - 1]);
  }

  /** For windows of these sides. */
  public static SplitLowPass of(Guidance.Split split, int height, int width) {
    return new SplitLowPass(
        Axis.of(split.kind(), height, split.lowHeight()),
        Axis.of(split.kind(), width, split.lowWidth()));
  }

  public int height() {
    return rows.side;
  }

  public int width() {
    return columns.side;
  }

  /** R, (height, height), row-major. */
  public Tensor rows() {
    return rows.matrix();
  }

  /** C, (width, width), row-major. */
  public Tensor columns() {
    return columns.matrix();
  }

  /**
   * @param plane (height, width)
   * @return a new array of that shape
   */
  float[] apply(float[] plane) {
    int width = width();
    float[] tall = new float[plane.length];
    for (int y = 0; y < height(); y++) {
      for (int from = rows.first[y]; from <= rows.last[y]; from++) {
        float weight = rows.at(y, from);
        for (int x = 0; x < width; x++) {
          tall[y * width + x] += weight * plane[from * width + x];
        }
      }
    }
    float[] low = new float[plane.length];
    for (int y = 0; y < height(); y++) {
      for (int x = 0; x < width; x++) {
        float sum = 0;
        for (int from = columns.first[x]; from <= columns.last[x]; from++) {
          sum += columns.at(x, from) * tall[y * width + from];
        }
        low[y * width + x] = sum;
      }
    }
    return low;
  }

  /** One axis: what each sample becomes of which. */
  private static final class Axis {
    private final int side;
    private final float[] weights; // (side, side)
    private final int[] first; // of the samples that count, for each
    private final int[] last;

    private Axis(int side, float[] weights) {
      this.side = side;
      this.weights = weights;
      first = new int[side];
      last = new int[side];
      for (int to = 0; to < side; to++) {
        first[to] = side;
        last[to] = -1;
        for (int from = 0; from < side; from++) {
          if (at(to, from) != 0) {
            first[to] = Math.min(first[to], from);
            last[to] = from;
          }
        }
      }
    }

    static Axis of(GuidanceSplit kind, int side, int low) {
      if (kind == GuidanceSplit.FA && low > side) {
        throw DemofusionException.badRequest(
            "guidance split fa keeps %s samples of a window's side; it must be at most the side, %s"
                .formatted(low, side));
      }
      double[][] product =
          kind == GuidanceSplit.FA
              ? product(bilinear(low, side), bilinear(side, low))
              : Sym4.lowBand(side);
      float[] weights = new float[side * side];
      for (int n = 0; n < weights.length; n++) {
        weights[n] = (float) product[n / side][n % side];
      }
      return new Axis(side, weights);
    }

    float at(int to, int from) {
      return weights[to * side + from];
    }

    Tensor matrix() {
      return new Tensor(new int[] {side, side}, weights);
    }
  }

  /**
   * Bilinear resizing of one axis without antialiasing, align_corners = false, as torch has it.
   *
   * @return (to, from)
   */
  private static double[][] bilinear(int from, int to) {
    double[][] weights = new double[to][from];
    for (int n = 0; n < to; n++) {
      double position = Math.max((n + 0.5) * from / to - 0.5, 0);
      int below = Math.min((int) position, from - 1);
      weights[n][below] += 1 - (position - below);
      weights[n][Math.min(below + 1, from - 1)] += position - below;
    }
    return weights;
  }

  static double[][] product(double[][] up, double[][] down) {
    int side = down[0].length;
    double[][] product = new double[up.length][side];
    for (int to = 0; to < up.length; to++) {
      for (int via = 0; via < down.length; via++) {
        for (int from = 0; from < side && up[to][via] != 0; from++) {
          product[to][from] += up[to][via] * down[via][from];
        }
      }
    }
    return product;
  }
}
