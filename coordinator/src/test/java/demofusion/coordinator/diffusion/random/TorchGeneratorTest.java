package demofusion.coordinator.diffusion.random;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import demofusion.protocol.GoldenData;
import demofusion.protocol.safetensors.SafetensorsFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TorchGeneratorTest {
  private static final SafetensorsFile GOLDEN =
      SafetensorsFile.open(GoldenData.path("ops.safetensors"));

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 42, (1L << 31) + 5, 123456789012L})
  void drawsWhatTorchDraws_whateverTheLengthsInOneStream(long seed) {
    TorchGenerator generator = new TorchGenerator(seed);

    for (int length : new int[] {1, 15, 16, 17, 31, 1024, 4 * 13 * 16}) {
      float[] drawn = draw(generator, length);

      assertThat(drawn)
          .as("%d values", length)
          .containsExactly(GOLDEN.tensor("randn." + seed + "." + length).values(), within(1e-5f));
    }
  }

  @Test
  void drawsWhatTorchDraws_whenSixteenDoesNotDivideTheShape() {
    float[] expected = GOLDEN.tensor("randn_shaped").values();

    float[] drawn = draw(new TorchGenerator(3), expected.length);

    assertThat(drawn).containsExactly(expected, within(1e-5f));
  }

  @Test
  void continuesWhereItWasSaved_withTheLeftOverValue() {
    TorchGenerator generator = new TorchGenerator(7);
    draw(generator, 1000);
    draw(generator, 3); // leaves the second value of a pair over
    String saved = generator.save().encode();
    float[] expected = draw(generator, 5);

    TorchGenerator restored = TorchGenerator.restore(TorchGenerator.State.decode(saved));

    assertThat(draw(restored, 5)).isEqualTo(expected);
    assertThat(draw(restored, 700)).isEqualTo(draw(generator, 700));
  }

  @Test
  void refusesAStateThatIsNone() {
    assertThatThrownBy(() -> TorchGenerator.State.decode("hello"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> TorchGenerator.State.decode("aGVsbG8=:"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("2500 bytes, not 5");
  }

  @Test
  void manyThreadsGiveTheBitsOfOne() {
    float[] uniform = new float[1 << 18];
    for (int n = 0; n < uniform.length; n++) {
      uniform[n] = (n * 2654435761L & 0xFFFFFF) * 0x1p-24f;
    }
    float[] alone = uniform.clone();
    for (int start = 0; start < alone.length; start += BoxMuller.BLOCK) {
      BoxMuller.transformBlock(alone, start);
    }

    BoxMuller.transformBlocks(uniform, uniform.length / BoxMuller.BLOCK);

    assertThat(uniform).isEqualTo(alone);
  }

  private static float[] draw(TorchGenerator generator, int length) {
    float[] out = new float[length];
    generator.randn(out);
    return out;
  }
}
