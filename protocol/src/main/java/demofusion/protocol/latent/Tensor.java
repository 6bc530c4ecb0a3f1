package demofusion.protocol.latent;

import java.util.Arrays;

/**
 * Float32 values with a shape, row-major. Immutable by agreement once it is in a message: nobody
 * writes into the array of a tensor that was sent or received.
 */
public record Tensor(int[] shape, float[] values) {
  public Tensor {
    long size = 1;
    for (int side : shape) {
      if (side < 0) {
        throw new IllegalArgumentException(
            "tensor shape " + Arrays.toString(shape) + " has a negative side");
      }
      size = Math.multiplyExact(size, (long) side);
    }
    if (size != values.length) {
      throw new IllegalArgumentException(
          "tensor shape %s needs %s values, not %s"
              .formatted(Arrays.toString(shape), size, values.length));
    }
  }

  public static Tensor zeros(int... shape) {
    int size = 1;
    for (int side : shape) {
      size = Math.multiplyExact(size, side);
    }
    return new Tensor(shape, new float[size]);
  }

  /** Whether no value is NaN or infinite. */
  public boolean isFinite() {
    float sum = 0; // stays 0 unless something is NaN or infinite: x·0 is NaN for those
    for (float value : values) {
      sum += value * 0f;
    }
    return sum == 0;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Tensor that
        && Arrays.equals(shape, that.shape)
        && Arrays.equals(values, that.values);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(shape) + Arrays.hashCode(values);
  }

  @Override
  public String toString() {
    return "float32" + Arrays.toString(shape);
  }
}
