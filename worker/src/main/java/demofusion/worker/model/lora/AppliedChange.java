package demofusion.worker.model.lora;

import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A change with all that decides what becomes of a weight by it: W ← W + weight · scale · ΔW, and
 * with a magnitude (DoRA) W ← W + weight · (V' − W), where V = W + scale · ΔW and V' is V with
 * other lengths.
 *
 * @param weight as the user gives it
 * @param scale alpha over rank
 * @param magnitude null: no DoRA
 */
record AppliedChange(
    WeightChange change, double weight, double scale, @Nullable Magnitude magnitude) {
  /** Rows of a weight that a thread takes at once: little enough to share the work evenly. */
  private static final int BLOCK = 16;

  /**
   * The lengths that DoRA gives.
   *
   * @param values one for each output, or for each input
   * @param kernel height times width behind each input
   */
  record Magnitude(float[] values, boolean ofOutputs, int kernel) {
    /** V' in V's place, (rows, columns). */
    void rescale(float[] matrix, int rows, int columns) {
      if (ofOutputs) {
        IntStream.range(0, rows).parallel().forEach(row -> rescaleRow(matrix, row, columns));
      } else {
        rescaleInputs(matrix, rows, columns);
      }
    }

    private void rescaleRow(float[] matrix, int row, int columns) {
      double squares = 0;
      for (int at = row * columns; at < (row + 1) * columns; at++) {
        squares += (double) matrix[at] * matrix[at];
      }
      float ratio = ratio(values[row], squares);
      for (int at = row * columns; at < (row + 1) * columns; at++) {
        matrix[at] *= ratio;
      }
    }

    private void rescaleInputs(float[] matrix, int rows, int columns) {
      double[] squares = new double[values.length];
      for (int at = 0; at < rows * columns; at++) {
        squares[at % columns / kernel] += (double) matrix[at] * matrix[at];
      }
      for (int at = 0; at < rows * columns; at++) {
        int input = at % columns / kernel;
        matrix[at] *= ratio(values[input], squares[input]);
      }
    }

    /** Where nothing has a length it stays as it is. */
    private static float ratio(float wanted, double squares) {
      return squares == 0 ? 1 : (float) (wanted / Math.sqrt(squares));
    }
  }

  /** Changes a weight, (rows, columns). */
  void apply(float[] matrix) {
    Magnitude lengths = magnitude;
    if (lengths == null) {
      add(matrix, (float) (weight * scale));
      return;
    }
    float[] changed = matrix.clone();
    add(changed, (float) scale);
    lengths.rescale(changed, change.rows(), change.columns());
    float factor = (float) weight;
    for (int at = 0; at < matrix.length; at++) {
      matrix[at] += factor * (changed[at] - matrix[at]);
    }
  }

  private void add(float[] matrix, float factor) {
    int rows = change.rows();
    int blocks = (rows + BLOCK - 1) / BLOCK;
    IntStream.range(0, blocks)
        .parallel()
        .forEach(
            block -> {
              float[] row = new float[change.columns()];
              for (int n = block * BLOCK; n < Math.min(rows, (block + 1) * BLOCK); n++) {
                change.row(n, row);
                int at = n * row.length;
                for (int column = 0; column < row.length; column++) {
                  matrix[at + column] += factor * row[column];
                }
              }
            });
  }
}
