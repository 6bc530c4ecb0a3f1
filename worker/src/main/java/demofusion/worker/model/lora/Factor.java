package demofusion.worker.model.lora;

import demofusion.protocol.latent.Tensor;
import java.util.Arrays;

/** A tensor of a LoRA file as a matrix, and what is made of three that belong together. */
record Factor(String name, int[] shape, float[] values) {
  static Factor of(String name, Tensor tensor) {
    return new Factor(name, tensor.shape(), tensor.values());
  }

  /** Of the first axis. */
  int rows() {
    return shape.length == 0 ? 1 : shape[0];
  }

  /** Of all others together. */
  int columns() {
    return rows() == 0 ? 0 : values.length / rows();
  }

  int axes() {
    return shape.length;
  }

  /** Height times width of a kernel; 1 where there is none. */
  int kernel() {
    return shape.length == 4 ? shape[2] * shape[3] : 1;
  }

  boolean isMatrix() {
    return shape.length == 2 || shape.length == 4;
  }

  /** (columns, rows). */
  Factor transposed() {
    int rows = rows();
    int columns = columns();
    float[] turned = new float[values.length];
    for (int row = 0; row < rows; row++) {
      for (int column = 0; column < columns; column++) {
        turned[column * rows + row] = values[row * columns + column];
      }
    }
    return new Factor(name, new int[] {columns, rows}, turned);
  }

  /**
   * This kernel with each input made of others: Σ_q t[p, q, h, w] · b[q, i].
   *
   * @param inputs b, (q, i)
   * @return (p, i × h × w)
   */
  Factor spread(Factor inputs) {
    int outer = rows();
    int middle = inputs.rows();
    int width = inputs.columns();
    int kernel = kernel();
    float[] spread = new float[outer * width * kernel];
    for (int p = 0; p < outer; p++) {
      for (int q = 0; q < middle; q++) {
        for (int i = 0; i < width; i++) {
          float factor = inputs.values[q * width + i];
          int from = (p * middle + q) * kernel;
          int to = (p * width + i) * kernel;
          for (int k = 0; k < kernel; k++) {
            spread[to + k] += values[from + k] * factor;
          }
        }
      }
    }
    return new Factor(name, new int[] {outer, width * kernel}, spread);
  }

  @Override
  public String toString() {
    return LoraFile.shortened(name) + " " + Arrays.toString(shape);
  }
}
