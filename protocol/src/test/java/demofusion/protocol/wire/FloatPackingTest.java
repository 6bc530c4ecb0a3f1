package demofusion.protocol.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class FloatPackingTest {
  @Test
  void widensAndNarrowsEveryHalfWithoutChangingABit() {
    for (int bits = 0; bits < 1 << 16; bits++) {
      float value = FloatPacking.fromHalf((short) bits);

      assertThat(FloatPacking.isHalf(value)).as("half %04x", bits).isTrue();
      assertThat(FloatPacking.toHalf(value)).isEqualTo((short) bits);
    }
  }

  @Test
  void findsNoHalfWhereThereIsNone() {
    float[] values = {
      0.1f,
      65536f, // one above the largest
      65520f, // would round to infinity
      0x1p-25f, // half of the smallest
      Float.MIN_VALUE,
      Float.MAX_VALUE,
      Float.intBitsToFloat(0x7f800001), // a NaN whose payload has no room
      Math.nextUp(1f)
    };

    for (float value : values) {
      assertThat(FloatPacking.isHalf(value)).as("%s", value).isFalse();
    }
  }

  @Test
  void agreesWithRoundingThereAndBackOnAnyFloat() {
    Random random = new Random(7);
    for (int n = 0; n < 1_000_000; n++) {
      // Mostly values with few bits of fraction, where the two could differ.
      int bits = random.nextInt() & (random.nextBoolean() ? 0xffffe000 : 0xffff0000 | n);
      float value = Float.intBitsToFloat(bits);

      boolean survives =
          Float.floatToRawIntBits(FloatPacking.fromHalf(FloatPacking.toHalf(value))) == bits;

      assertThat(FloatPacking.isHalf(value)).as("float %08x", bits).isEqualTo(survives);
    }
  }

  @Test
  void choosesTheTightestThatLosesNothing() {
    assertThat(FloatPacking.of(new float[] {0.1f, 1f})).isEqualTo(FloatPacking.FLOAT32);
    assertThat(FloatPacking.of(new float[] {1f + 0x1p-10f, 0x1p-24f}))
        .isEqualTo(FloatPacking.FLOAT16);
    assertThat(FloatPacking.of(new float[] {0x1p100f, -1.5f})).isEqualTo(FloatPacking.BFLOAT16);
    assertThat(FloatPacking.of(new float[] {0x1p100f, 1f + 0x1p-10f}))
        .isEqualTo(FloatPacking.FLOAT32);
    assertThat(FloatPacking.of(new float[0])).isEqualTo(FloatPacking.BFLOAT16);
  }
}
