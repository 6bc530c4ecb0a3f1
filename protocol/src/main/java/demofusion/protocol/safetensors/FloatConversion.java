package demofusion.protocol.safetensors;

import java.nio.ByteBuffer;
import java.nio.DoubleBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.nio.ShortBuffer;

/** Reads the values of other types as float32. */
public final class FloatConversion {
  private FloatConversion() {}

  public static boolean isReadable(DType dtype) {
    return switch (dtype) {
      case F32, F16, BF16, F8_E4M3, F8_E5M2, F64, I64, I32 -> true;
      default -> false;
    };
  }

  /**
   * All values of a little-endian buffer.
   *
   * @param dtype one that {@link #isReadable}
   */
  public static float[] toFloats(DType dtype, ByteBuffer bytes) {
    float[] values = new float[bytes.remaining() / (dtype.bits() / Byte.SIZE)];
    switch (dtype) {
      case F32 -> bytes.asFloatBuffer().get(values);
      case F16 -> {
        ShortBuffer halves = bytes.asShortBuffer();
        for (int n = 0; n < values.length; n++) {
          values[n] = float16ToFloat(halves.get(n));
        }
      }
      case BF16 -> {
        ShortBuffer halves = bytes.asShortBuffer();
        for (int n = 0; n < values.length; n++) {
          values[n] = bfloat16ToFloat(halves.get(n));
        }
      }
      case F8_E4M3, F8_E5M2 -> {
        for (int n = 0; n < values.length; n++) {
          values[n] = Float8.toFloat(dtype, bytes.get(bytes.position() + n));
        }
      }
      case F64 -> {
        DoubleBuffer doubles = bytes.asDoubleBuffer();
        for (int n = 0; n < values.length; n++) {
          values[n] = (float) doubles.get(n);
        }
      }
      case I64 -> {
        LongBuffer longs = bytes.asLongBuffer();
        for (int n = 0; n < values.length; n++) {
          values[n] = (float) longs.get(n);
        }
      }
      case I32 -> {
        IntBuffer integers = bytes.asIntBuffer();
        for (int n = 0; n < values.length; n++) {
          values[n] = (float) integers.get(n);
        }
      }
      default -> throw new IllegalArgumentException(dtype + " cannot be converted to float32");
    }
    return values;
  }

  /** Widens bfloat16, which is the upper half of a float32. */
  static float bfloat16ToFloat(short half) {
    return Float.intBitsToFloat(half << 16);
  }

  /**
   * Widens IEEE 754 binary16: 1 sign bit, 5 of exponent (bias 15), 10 of fraction. Every value of
   * it, NaN's payload included, is exact in float32.
   */
  static float float16ToFloat(short half) {
    int sign = (half & 0x8000) << 16;
    int magnitude = half & 0x7fff;
    if (magnitude >= 0x7c00) { // infinity and NaN: the largest exponent of both formats
      return Float.intBitsToFloat(sign | 0x7f800000 | (magnitude & 0x3ff) << 13);
    }
    if (magnitude >= 0x0400) { // the bias of float32 is 127, 112 more
      return Float.intBitsToFloat(sign | ((magnitude << 13) + (112 << 23)));
    }
    float subnormal = magnitude * 0x1p-24f;
    return sign == 0 ? subnormal : -subnormal;
  }
}
