package demofusion.coordinator.diffusion.view;

import demofusion.coordinator.diffusion.random.PythonRandom;
import demofusion.protocol.api.request.method.WindowSpacing;
import demofusion.protocol.api.request.method.WindowWeights;
import demofusion.protocol.latent.LatentExtent;
import java.util.ArrayList;
import java.util.List;

/**
 * The windows of the local paths (MultiDiffusion; spec section 3), row by row, and the jitter that
 * moves them anew at every timestep.
 *
 * <pre>
 *   one axis, n = 40, window S = 16, stride 8, blocks 0 to 3; the last one is moved back so that it ends at n
 *   0       8       16      24      32     40
 *   ├───────0───────┤
 *           ├───────1───────┤
 *                   ├───────2───────┤
 *                           ├───────3──────┤
 * </pre>
 *
 * <p>Even spacing (modes section 1) has as many windows, at equal distances.
 */
public final class LocalWindows {
  private final LatentExtent extent;
  private final int window;
  private final int stride;
  private final WindowSpacing spacing;

  /** With the reference's spacing. */
  public LocalWindows(LatentExtent extent, int window, int stride) {
    this(extent, window, stride, WindowSpacing.REFERENCE);
  }

  /**
   * @param extent of the phase's latent
   * @param window S, the model's native side
   * @param stride between windows, 1 to S
   */
  public LocalWindows(LatentExtent extent, int window, int stride, WindowSpacing spacing) {
    this.extent = extent;
    this.window = window;
    this.stride = stride;
    this.spacing = spacing;
  }

  /** How many windows there are: a function of the sizes alone. */
  public int count() {
    return blocks(extent.height()) * blocks(extent.width());
  }

  /** How far a window may be moved on each axis, in latent samples. */
  public static int jitterRange(int window, int stride) {
    return (window - stride) / 4;
  }

  /** The windows where they lie without jitter. */
  public List<Window> unjittered() {
    return place((top, left) -> new int[] {0, 0});
  }

  /**
   * The windows with this timestep's jitter: for each window the width is drawn before the height.
   */
  public List<Window> jittered(PythonRandom random) {
    int range = jitterRange(window, stride);
    int lastRow = blocks(extent.height()) - 1;
    int lastColumn = blocks(extent.width()) - 1;
    return place(
        (row, column) -> {
          int across = draw(random, column, lastColumn, range);
          int down = draw(random, row, lastRow, range);
          return new int[] {down, across};
        });
  }

  /**
   * How much each window's samples count where windows overlap, in the order of the windows. They
   * belong to a window's block, so they move with its jitter.
   */
  public List<BlockWeights> weights(WindowWeights kind) {
    List<double[]> down = axisWeights(extent.height(), kind);
    List<double[]> across = axisWeights(extent.width(), kind);
    List<BlockWeights> weights = new ArrayList<>(down.size() * across.size());
    for (double[] rows : down) {
      for (double[] columns : across) {
        weights.add(new BlockWeights(rows, columns));
      }
    }
    return weights;
  }

  private List<double[]> axisWeights(int side, WindowWeights kind) {
    int[] starts = new int[blocks(side)];
    for (int block = 0; block < starts.length; block++) {
      starts[block] = start(block, side);
    }
    return AxisWeights.of(starts, Math.min(window, side), kind);
  }

  /** Gives the jitter (rows, columns) of the block at (row, column); asked row by row. */
  private interface Jitter {
    int[] of(int row, int column);
  }

  private List<Window> place(Jitter jitter) {
    int rows = blocks(extent.height());
    int columns = blocks(extent.width());
    int height = Math.min(window, extent.height());
    int width = Math.min(window, extent.width());
    List<Window> windows = new ArrayList<>(rows * columns);
    for (int row = 0; row < rows; row++) {
      for (int column = 0; column < columns; column++) {
        int[] moved = jitter.of(row, column);
        Window unmoved =
            new Window(start(row, extent.height()), start(column, extent.width()), height, width);
        windows.add(unmoved.movedBy(moved[0], moved[1]));
      }
    }
    return windows;
  }

  /**
   * A window at a border moves outwards only, so that the border stays covered; one that touches
   * both does not move and draws nothing.
   */
  private static int draw(PythonRandom random, int block, int last, int range) {
    boolean low = block == 0;
    boolean high = block == last;
    if (low && high) {
      return 0;
    }
    return random.randint(high ? 0 : -range, low ? 0 : range);
  }

  private int start(int block, int side) {
    int last = blocks(side) - 1;
    if (spacing == WindowSpacing.EVEN && last > 0) {
      return (int) ((long) block * (side - window) / last);
    }
    return Math.max(0, Math.min(block * stride, side - window));
  }

  /** The reference's count, with its tolerance: int((n − S)/stride − 1e-6) + 2. */
  private int blocks(int side) {
    return side > window ? (int) ((double) (side - window) / stride - 1e-6) + 2 : 1;
  }
}
