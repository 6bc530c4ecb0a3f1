package demofusion.worker.model.lora;

import java.util.Arrays;

/**
 * What a file adds to a weight of (rows, columns), without its scale (coordinator/docs/lora.md). A
 * weight of more axes is flattened behind its first. Rows are asked for one by one, by several
 * threads at once, and each is the same sum in the same order whoever asks.
 */
sealed interface WeightChange {
  int rows();

  int columns();

  /** Overwrites a row of this many columns with the change's. */
  void row(int number, float[] row);

  /** The change as it is. */
  record Difference(int rows, int columns, float[] values) implements WeightChange {
    @Override
    public void row(int number, float[] row) {
      System.arraycopy(values, number * columns, row, 0, columns);
    }
  }

  /**
   * The product of two thin matrices.
   *
   * @param up (rows, rank)
   * @param down (rank, columns)
   */
  record LowRank(int rows, int columns, int rank, float[] up, float[] down)
      implements WeightChange {
    /** So many rows of {@code down} are added at once: one pass over the sum in place of four. */
    private static final int TOGETHER = 4;

    @Override
    public void row(int number, float[] row) {
      Arrays.fill(row, 0, columns, 0);
      int first = number * rank;
      int r = 0;
      for (; r + TOGETHER <= rank; r += TOGETHER) {
        addFour(first, r, row);
      }
      for (; r < rank; r++) {
        float factor = up[first + r];
        int at = r * columns;
        for (int column = 0; column < columns; column++) {
          row[column] += factor * down[at + column];
        }
      }
    }

    private void addFour(int first, int r, float[] row) {
      float a = up[first + r];
      float b = up[first + r + 1];
      float c = up[first + r + 2];
      float d = up[first + r + 3];
      int atA = r * columns;
      int atB = atA + columns;
      int atC = atB + columns;
      int atD = atC + columns;
      for (int column = 0; column < columns; column++) {
        row[column] +=
            a * down[atA + column]
                + b * down[atB + column]
                + c * down[atC + column]
                + d * down[atD + column];
      }
    }
  }

  /** LoHa: two products of thin matrices, multiplied number by number. */
  record Hadamard(LowRank first, LowRank second) implements WeightChange {
    @Override
    public int rows() {
      return first.rows();
    }

    @Override
    public int columns() {
      return first.columns();
    }

    @Override
    public void row(int number, float[] row) {
      first.row(number, row);
      float[] other = new float[columns()];
      second.row(number, other);
      for (int column = 0; column < other.length; column++) {
        row[column] *= other[column];
      }
    }
  }

  /**
   * LoKr: every number of the first matrix times the whole second.
   *
   * @param first (outer rows, outer columns)
   * @param inner of the second's rows
   * @param columns of the whole
   * @param second (inner rows, inner columns × height × width)
   */
  record Kronecker(WeightChange first, int inner, int columns, WeightChange second)
      implements WeightChange {
    @Override
    public int rows() {
      return first.rows() * inner;
    }

    @Override
    public void row(int number, float[] row) {
      float[] factors = new float[first.columns()];
      first.row(number / inner, factors);
      float[] block = new float[second.columns()];
      second.row(number % inner, block);
      for (int n = 0; n < factors.length; n++) {
        for (int column = 0; column < block.length; column++) {
          row[n * block.length + column] = factors[n] * block[column];
        }
      }
    }
  }
}
