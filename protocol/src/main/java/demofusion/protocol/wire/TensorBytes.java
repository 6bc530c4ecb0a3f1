package demofusion.protocol.wire;

import com.esotericsoftware.kryo.KryoException;
import demofusion.protocol.latent.Tensor;
import java.nio.ByteBuffer;

/**
 * A tensor as one byte for the type of its values, one for the rank, the sides, and the values raw
 * and little-endian.
 *
 * <p>Values travel in 16 bits where that does not change a single bit of them: where every one is a
 * value of binary16, or every one of bfloat16. That is so for what a model in half precision
 * computed (embeddings, noise predictions, pixels), and for masks; it halves what the network
 * carries. Latents are float32 on the coordinator, and the first few values show that they do not
 * fit: finding out costs nothing there. Nothing is ever rounded for the journey, since the picture
 * would then depend on which worker was near.
 */
final class TensorBytes {
  private static final int MOST_SIDES = 8;

  private TensorBytes() {}

  static void write(WireOutput output, Tensor tensor) {
    int[] shape = tensor.shape();
    float[] values = tensor.values();
    FloatPacking packing = FloatPacking.of(values);
    output.choice(packing);
    output.count(shape.length);
    for (int side : shape) {
      output.count(side);
    }
    packing.put(values, output.room(Math.multiplyExact(values.length, packing.bytes())));
  }

  static Tensor read(WireInput input) {
    FloatPacking packing = input.choice(FloatPacking.class);
    int[] shape = new int[rank(input)];
    for (int n = 0; n < shape.length; n++) {
      shape[n] = input.readVarInt(true);
    }
    ByteBuffer bytes = input.bytes(size(shape, packing));
    return new Tensor(shape, packing.get(bytes));
  }

  private static int rank(WireInput input) {
    int rank = input.count(1);
    if (rank > MOST_SIDES) {
      throw new KryoException("a tensor of " + rank + " sides must have at most " + MOST_SIDES);
    }
    return rank;
  }

  /** Bytes that a shape needs; more than an array can have is refused as an overflow. */
  private static int size(int[] shape, FloatPacking packing) {
    int size = packing.bytes();
    for (int side : shape) {
      if (side < 0) {
        throw new KryoException("a tensor's side of " + side + " must not be negative");
      }
      size = Math.multiplyExact(size, side);
    }
    return size;
  }
}
