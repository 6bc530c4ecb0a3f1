package demofusion.protocol.safetensors;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class Float8Test {
  @ParameterizedTest
  @EnumSource(
      value = DType.class,
      names = {"F8_E4M3", "F8_E5M2"})
  void widensEveryValueExactly(DType dtype) {
    ByteBuffer all = ByteBuffer.allocate(256).order(ByteOrder.LITTLE_ENDIAN);
    for (int value = 0; value < 256; value++) {
      all.put((byte) value);
    }

    float[] values = FloatConversion.toFloats(dtype, all.flip());
    float[] halves = FloatConversion.toFloats(DType.F16, Float8.toFloat16(dtype, all));

    for (int value = 0; value < 256; value++) {
      Float expected =
          dtype == DType.F8_E4M3 ? valueOf(value, 4, 7, true) : valueOf(value, 5, 15, false);
      assertThat(values[value]).as("%s", value).isEqualTo(expected);
      assertThat(halves[value]).as("%s as float16", value).isEqualTo(expected);
    }
  }

  /** Sign, exponent, fraction by their definition. */
  private static float valueOf(int bits, int exponentBits, int bias, boolean finite) {
    int fractionBits = 7 - exponentBits;
    double sign = bits < 128 ? 1 : -1;
    int exponent = (bits & 0x7f) >> fractionBits;
    double fraction = (bits & ((1 << fractionBits) - 1)) / (double) (1 << fractionBits);
    int highest = (1 << exponentBits) - 1;
    if (finite && (bits & 0x7f) == 0x7f) {
      return Float.NaN;
    }
    if (!finite && exponent == highest) {
      return fraction > 0 ? Float.NaN : (float) (sign * Double.POSITIVE_INFINITY);
    }
    return (float)
        (sign
            * (exponent == 0
                ? Math.scalb(fraction, 1 - bias)
                : Math.scalb(1 + fraction, exponent - bias)));
  }
}
