package demofusion.worker.model.random;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.LongBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32;

/**
 * Values of a tensor in float16, from a seed and its name alone. Matrices and filters are uniform
 * with a variance of one over the values that each sum takes in, so that a layer hands on the
 * spread that it is given; norms begin as ones, as in training. So activations stay small wherever
 * a network normalises what it sums up, as all of ours do.
 */
final class RandomWeights {
  private static final int VALUES = 1 << Short.SIZE;
  private static final float BIAS_DEVIATION = 0.02f;
  private static final short ONE = 0x3c00;
  private static final float LEAST_NORMAL = 0x1p-14f;
  private static final float SUBNORMAL_STEPS = 0x1p24f;
  private static final int EXPONENT_DIFFERENCE = (127 - 15) << 23;

  // A value for every 16 bits of randomness: a table lookup is what makes gigabytes a matter of
  // seconds.
  private final short[] values = new short[VALUES];
  private float deviationOfValues;

  private ByteBuffer room = ByteBuffer.allocateDirect(0);
  private final long seed;

  RandomWeights(long seed) {
    this.seed = seed;
  }

  /** Little-endian float16; overwritten by the next call. */
  ByteBuffer of(String name, int[] shape) {
    int count = 1;
    for (int side : shape) {
      count = Math.multiplyExact(count, side);
    }
    boolean isNorm = shape.length == 1 && name.endsWith(".weight");
    ByteBuffer bytes = room(count);
    if (isNorm) {
      bytes.asShortBuffer().put(ones(count));
    } else {
      fill(bytes, count, deviation(shape, count), name);
    }
    return bytes;
  }

  private static short[] ones(int count) {
    short[] ones = new short[count];
    Arrays.fill(ones, ONE);
    return ones;
  }

  private static float deviation(int[] shape, int count) {
    return shape.length == 1
        ? BIAS_DEVIATION
        : (float) (1 / Math.sqrt(count / (double) shape[0])); // all but the outputs
  }

  private void fill(ByteBuffer bytes, int count, float deviation, String name) {
    prepare(deviation);
    CRC32 hash = new CRC32();
    hash.update(name.getBytes(StandardCharsets.UTF_8));
    long state = mix(seed) ^ mix(hash.getValue());
    LongBuffer longs =
        bytes.slice(0, 2 * (count & ~3)).order(ByteOrder.LITTLE_ENDIAN).asLongBuffer();
    while (longs.hasRemaining()) {
      state += 0x9e3779b97f4a7c15L;
      longs.put(fourValues(mix(state)));
    }
    long last = mix(state + 0x9e3779b97f4a7c15L);
    for (int n = count & ~3; n < count; n++) {
      bytes.putShort(2 * n, values[(int) (last & 0xffff)]);
      last >>>= Short.SIZE;
    }
  }

  private long fourValues(long random) {
    long first = values[(int) (random & 0xffff)] & 0xffffL;
    long second = values[(int) ((random >>> 16) & 0xffff)] & 0xffffL;
    long third = values[(int) ((random >>> 32) & 0xffff)] & 0xffffL;
    long fourth = values[(int) (random >>> 48)] & 0xffffL;
    return first | (second << 16) | (third << 32) | (fourth << 48);
  }

  private void prepare(float deviation) {
    if (deviation == deviationOfValues) {
      return;
    }
    float most = (float) (deviation * Math.sqrt(3)); // of a uniform distribution
    for (int n = 0; n < VALUES; n++) {
      values[n] = half(most * ((2 * n + 1) / (float) VALUES - 1));
    }
    deviationOfValues = deviation;
  }

  /** SplitMix64's finaliser. */
  private static long mix(long state) {
    long mixed = (state ^ (state >>> 30)) * 0xbf58476d1ce4e5b9L;
    mixed = (mixed ^ (mixed >>> 27)) * 0x94d049bb133111ebL;
    return mixed ^ (mixed >>> 31);
  }

  /** The nearest float16 of a value far below its largest. */
  static short half(float value) {
    int bits = Float.floatToRawIntBits(value);
    int sign = (bits >>> 16) & 0x8000;
    float size = Math.abs(value);
    if (size < LEAST_NORMAL) {
      return (short) (sign | Math.round(size * SUBNORMAL_STEPS));
    }
    int sizeBits = Float.floatToRawIntBits(size);
    int rounded = sizeBits + 0xfff + ((sizeBits >>> 13) & 1); // ties to even
    return (short) (sign | ((rounded - EXPONENT_DIFFERENCE) >>> 13));
  }

  private ByteBuffer room(int count) {
    int length = Math.multiplyExact(count, Short.BYTES);
    if (room.capacity() < length) {
      room = ByteBuffer.allocateDirect(length);
    }
    return room.slice(0, length).order(ByteOrder.LITTLE_ENDIAN);
  }
}
