package demofusion.coordinator.diffusion.random;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class BoxMullerTest {
  private static final int BLOCKS = 1 << 17;

  @Test
  void hasStrictMathsBits() {
    float[] uniform = new float[BoxMuller.BLOCK * BLOCKS];
    SplittableRandom random = new SplittableRandom(3);
    for (int n = 0; n < uniform.length; n++) {
      uniform[n] = (random.nextInt() & 0xFFFFFF) * 0x1p-24f;
    }
    // Where logarithm, sine and cosine are nought, and next to it.
    float[] ends = {0, 0.25f, 0.5f, 0.75f, 0x1p-24f, 0.25f + 0x1p-24f, 1 - 0x1p-24f, 0.5f};
    for (int n = 0; n < BoxMuller.BLOCK * ends.length; n++) {
      uniform[n] = n % BoxMuller.BLOCK < 8 ? ends[n / BoxMuller.BLOCK] : ends[n % 8];
    }
    float[] strict = uniform.clone();
    for (int block = 0; block < BLOCKS; block++) {
      strictly(strict, block * BoxMuller.BLOCK);
    }

    BoxMuller.transformBlocks(uniform, BLOCKS);

    assertThat(uniform).isEqualTo(strict);
  }

  private static void strictly(float[] values, int start) {
    for (int j = start; j < start + 8; j++) {
      double radius = Math.sqrt(-2 * StrictMath.log(1 - values[j]));
      double angle = 2 * Math.PI * values[j + 8];
      values[j] = (float) (radius * StrictMath.cos(angle));
      values[j + 8] = (float) (radius * StrictMath.sin(angle));
    }
  }
}
