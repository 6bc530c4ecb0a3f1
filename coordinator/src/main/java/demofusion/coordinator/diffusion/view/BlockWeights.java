package demofusion.coordinator.diffusion.view;

import java.util.Arrays;

/**
 * How much the samples of one window count where windows overlap (modes section 1): the weight of
 * its row times that of its column, rounded to float32 once. {@link LocalWindows#weights} gives
 * those of every window.
 */
public final class BlockWeights {
  private final double[] rows;
  private final double[] columns;

  BlockWeights(double[] rows, double[] columns) {
    this.rows = rows;
    this.columns = columns;
  }

  /** Those of some of the window's rows alone. */
  public BlockWeights rows(int first, int count) {
    return new BlockWeights(Arrays.copyOfRange(rows, first, first + count), columns);
  }

  /** Writes the weights of one of the window's rows, as many as it has columns. */
  public void row(int row, float[] into) {
    double weight = rows[row];
    for (int column = 0; column < columns.length; column++) {
      into[column] = (float) (weight * columns[column]);
    }
  }
}
