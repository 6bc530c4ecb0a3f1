package demofusion.protocol.safetensors;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FloatConversionTest {
  @Test
  void widensEveryFloat16_asTheDefinitionSays() {
    for (int bits = 0; bits <= 0xffff; bits++) {
      double sign = bits >= 0x8000 ? -1 : 1;
      int exponent = bits >> 10 & 31;
      double fraction = (bits & 0x3ff) / 1024.0;
      double expected =
          exponent == 31
              ? fraction == 0 ? sign * Double.POSITIVE_INFINITY : Double.NaN
              : exponent == 0
                  ? sign * fraction * 0x1p-14
                  : sign * (1 + fraction) * Math.pow(2, exponent - 15);

      float widened = FloatConversion.float16ToFloat((short) bits);

      assertThat((Double) (double) widened).as("bits %04x", bits).isEqualTo((Double) expected);
    }
  }

  @Test
  void keepsTheSignOfZero() {
    assertThat(Float.floatToRawIntBits(FloatConversion.float16ToFloat((short) 0x8000)))
        .isEqualTo(Float.floatToRawIntBits(-0f));
  }

  @Test
  void widensBfloat16_asTheUpperHalfOfAFloat() {
    for (int bits = 0; bits <= 0xffff; bits++) {
      float widened = FloatConversion.bfloat16ToFloat((short) bits);

      assertThat(Float.floatToRawIntBits(widened)).isEqualTo(bits << 16);
    }
  }
}
