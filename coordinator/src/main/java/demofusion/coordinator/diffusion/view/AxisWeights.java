package demofusion.coordinator.diffusion.view;

import demofusion.protocol.api.request.method.WindowWeights;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The weights that windows have along one axis (modes section 1). Ramps fall to 0 at a window's
 * edge and go as far inwards as the neighbour there reaches, half the window at most; an edge
 * without a neighbour has none.
 *
 * <pre>
 *   two windows that overlap by a quarter
 *   ├──────────╲ ┤
 *            ├ ╱──────────┤
 * </pre>
 */
final class AxisWeights {
  /** The bell's variance, in squares of the window's side (Mixture of Diffusers). */
  private static final double VARIANCE = 0.01;

  private AxisWeights() {}

  /**
   * @param starts where the axis's blocks start without jitter
   * @param side of every block
   * @return for each block, as many weights as its side
   */
  static List<double[]> of(int[] starts, int side, WindowWeights kind) {
    List<double[]> weights = new ArrayList<>(starts.length);
    for (int block = 0; block < starts.length; block++) {
      double[] ofBlock = new double[side];
      Arrays.fill(ofBlock, 1);
      if (kind == WindowWeights.GAUSSIAN) {
        bell(ofBlock);
      } else if (kind != WindowWeights.UNIFORM) {
        boolean isCosine = kind == WindowWeights.COSINE;
        if (block > 0) {
          int ramp = Math.min(side - (starts[block] - starts[block - 1]), side / 2);
          for (int n = 0; n < ramp; n++) {
            ofBlock[n] *= height((n + 0.5) / ramp, isCosine);
          }
        }
        if (block + 1 < starts.length) {
          int ramp = Math.min(side - (starts[block + 1] - starts[block]), side / 2);
          for (int n = 0; n < ramp; n++) {
            ofBlock[side - 1 - n] *= height((n + 0.5) / ramp, isCosine);
          }
        }
      }
      weights.add(ofBlock);
    }
    return weights;
  }

  /**
   * @param share of the ramp that lies between the window's edge and here, in (0, 1)
   */
  private static double height(double share, boolean isCosine) {
    double sine = StrictMath.sin(Math.PI / 2 * share);
    return isCosine ? sine * sine : share;
  }

  private static void bell(double[] weights) {
    int side = weights.length;
    for (int n = 0; n < side; n++) {
      double distance = n + 0.5 - side / 2.0;
      weights[n] = StrictMath.exp(-distance * distance / (2 * VARIANCE * side * side));
    }
  }
}
