package demofusion.protocol.safetensors;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The two floats of eight bits that weights are stored in. Every value of both is exact in float16:
 * F8_E4M3 has 4 bits of exponent (bias 7), 3 of fraction and no infinity; F8_E5M2 is the upper half
 * of a float16.
 */
public final class Float8 {
  private static final short[] E4M3 = new short[256]; // float16, by byte
  private static final short[] E5M2 = new short[256];

  private static final int NAN = 0x7e00;

  static {
    for (int value = 0; value < 256; value++) {
      E4M3[value] = (short) ((value & 0x80) << 8 | e4m3Magnitude(value & 0x7f));
      E5M2[value] = (short) (value << 8);
    }
  }

  private Float8() {}

  public static boolean is(DType dtype) {
    return dtype == DType.F8_E4M3 || dtype == DType.F8_E5M2;
  }

  /** All values of a buffer as float16, little-endian. */
  public static ByteBuffer toFloat16(DType dtype, ByteBuffer bytes) {
    short[] table = table(dtype);
    ByteBuffer wide =
        ByteBuffer.allocateDirect(Math.multiplyExact(Short.BYTES, bytes.remaining()))
            .order(ByteOrder.LITTLE_ENDIAN);
    for (int n = bytes.position(); n < bytes.limit(); n++) {
      wide.putShort(table[bytes.get(n) & 0xff]);
    }
    return wide.flip();
  }

  static float toFloat(DType dtype, byte value) {
    return FloatConversion.float16ToFloat(table(dtype)[value & 0xff]);
  }

  private static short[] table(DType dtype) {
    return switch (dtype) {
      case F8_E4M3 -> E4M3;
      case F8_E5M2 -> E5M2;
      default -> throw new IllegalArgumentException(dtype + " is no float of eight bits");
    };
  }

  /** The bits of a float16 without its sign. */
  private static int e4m3Magnitude(int magnitude) {
    if (magnitude == 0x7f) {
      return NAN;
    }
    int exponent = magnitude >> 3;
    int fraction = magnitude & 7;
    if (exponent > 0) { // the bias of float16 is 15, 8 more
      return (exponent + 8) << 10 | fraction << 7;
    }
    if (fraction == 0) {
      return 0;
    }
    int shift = Integer.numberOfLeadingZeros(fraction) - 28; // its highest bit becomes the hidden
    return (9 - shift) << 10 | (fraction << shift & 7) << 7;
  }
}
