package demofusion.protocol.wire;

import java.nio.ByteBuffer;
import java.nio.ShortBuffer;

/**
 * How float32 values travel: as they are, or in 16 bits where every one of them comes back with the
 * bits that it had. The order of the constants is part of the wire.
 */
enum FloatPacking {
  FLOAT32(4),
  /** IEEE 754 binary16: 1 sign bit, 5 of exponent (bias 15), 10 of fraction. */
  FLOAT16(2),
  /** The upper half of a float32, where the lower half is nothing. */
  BFLOAT16(2);

  private static final int SIGN = 0x8000;
  private static final int HALF_INFINITY = 0x7c00;
  private static final int INFINITY = 0x7f800000;
  // The bias of float32 is 127, that of binary16 is 15: 112 more, above the 23 bits of fraction.
  private static final int REBIAS = 112 << 23;
  private static final int LEAST_NORMAL = 113 << 23;
  private static final int BEYOND = 143 << 23;
  private static final int LOST_FRACTION = 0x1fff;

  private final int bytes;

  FloatPacking(int bytes) {
    this.bytes = bytes;
  }

  /** Bytes per value. */
  int bytes() {
    return bytes;
  }

  /** The tightest that loses nothing; of two that do not, the one that needs no arithmetic. */
  static FloatPacking of(float[] values) {
    boolean upperHalvesOnly = true;
    boolean halves = true;
    for (int n = 0; n < values.length && (upperHalvesOnly || halves); n++) {
      upperHalvesOnly = upperHalvesOnly && (Float.floatToRawIntBits(values[n]) & 0xffff) == 0;
      halves = halves && isHalf(values[n]);
    }
    return upperHalvesOnly ? BFLOAT16 : halves ? FLOAT16 : FLOAT32;
  }

  void put(float[] values, ByteBuffer bytes) {
    ShortBuffer shorts = bytes.asShortBuffer();
    switch (this) {
      case FLOAT32 -> bytes.asFloatBuffer().put(values);
      case FLOAT16 -> {
        for (int n = 0; n < values.length; n++) {
          shorts.put(n, toHalf(values[n]));
        }
      }
      case BFLOAT16 -> {
        for (int n = 0; n < values.length; n++) {
          shorts.put(n, (short) (Float.floatToRawIntBits(values[n]) >>> 16));
        }
      }
    }
  }

  /** All values of the bytes, which were counted before. */
  float[] get(ByteBuffer packed) {
    float[] values = new float[packed.remaining() / bytes];
    ShortBuffer shorts = packed.asShortBuffer();
    switch (this) {
      case FLOAT32 -> packed.asFloatBuffer().get(values);
      case FLOAT16 -> {
        for (int n = 0; n < values.length; n++) {
          values[n] = fromHalf(shorts.get(n));
        }
      }
      case BFLOAT16 -> {
        for (int n = 0; n < values.length; n++) {
          values[n] = Float.intBitsToFloat(shorts.get(n) << 16);
        }
      }
    }
    return values;
  }

  /** Whether binary16 has this value, with NaN's payload and the sign of zero. */
  static boolean isHalf(float value) {
    int magnitude = Float.floatToRawIntBits(value) & 0x7fffffff;
    if (magnitude < LEAST_NORMAL) { // zero, or subnormal in binary16: a multiple of 2^-24
      float multiples = Float.intBitsToFloat(magnitude) * 0x1p24f;
      return multiples == (int) multiples;
    }
    return (magnitude & LOST_FRACTION) == 0 && (magnitude < BEYOND || magnitude >= INFINITY);
  }

  /** The same value in binary16, where {@link #isHalf}. */
  static short toHalf(float value) {
    int bits = Float.floatToRawIntBits(value);
    int sign = bits >>> 16 & SIGN;
    int magnitude = bits & 0x7fffffff;
    if (magnitude >= INFINITY) {
      return (short) (sign | HALF_INFINITY | (magnitude >>> 13 & 0x3ff));
    }
    if (magnitude >= LEAST_NORMAL) {
      return (short) (sign | (magnitude - REBIAS) >>> 13);
    }
    return (short) (sign | (int) (Float.intBitsToFloat(magnitude) * 0x1p24f));
  }

  static float fromHalf(short half) {
    int sign = (half & SIGN) << 16;
    int magnitude = half & 0x7fff;
    if (magnitude >= HALF_INFINITY) {
      return Float.intBitsToFloat(sign | INFINITY | (magnitude & 0x3ff) << 13);
    }
    if (magnitude >= 0x0400) {
      return Float.intBitsToFloat(sign | ((magnitude << 13) + REBIAS));
    }
    return Float.intBitsToFloat(sign | Float.floatToRawIntBits(magnitude * 0x1p-24f));
  }
}
