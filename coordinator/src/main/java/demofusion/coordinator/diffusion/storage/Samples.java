package demofusion.coordinator.diffusion.storage;

import demofusion.protocol.latent.Latent;
import demofusion.protocol.latent.LatentExtent;
import demofusion.protocol.latent.Tensor;

/**
 * Float32 values with a shape, row-major, wherever they lie: read piece by piece, so that no more
 * of them is in the heap than somebody looks at. May be read by several threads at once.
 */
public interface Samples {
  int[] shape();

  /**
   * Copies some of the values.
   *
   * @param from the first one's number, from 0
   * @param into the array that they are copied to, from {@code at} on
   */
  void read(int from, float[] into, int at, int count);

  /** How many there are. */
  default int length() {
    int length = 1;
    for (int side : shape()) {
      length = Math.multiplyExact(length, side);
    }
    return length;
  }

  /** All of them, on the heap. */
  default Tensor toTensor() {
    float[] values = new float[length()];
    read(0, values, 0, values.length);
    return new Tensor(shape(), values);
  }

  /** Channels of a latent, whose shape is (1, channels, height, width). */
  default int channels() {
    return shape()[shape().length - 3];
  }

  /** Height and width of a latent. */
  default LatentExtent extent() {
    int[] shape = shape();
    return new LatentExtent(shape[shape.length - 2], shape[shape.length - 1]);
  }

  /** Those of a latent in the heap; shares its array. */
  static Samples of(Latent latent) {
    return of(latent.asTensor());
  }

  /** Those of a tensor in the heap; shares its array. */
  static Samples of(Tensor tensor) {
    return new Samples() {
      @Override
      public int[] shape() {
        return tensor.shape();
      }

      @Override
      public void read(int from, float[] into, int at, int count) {
        System.arraycopy(tensor.values(), from, into, at, count);
      }
    };
  }
}
