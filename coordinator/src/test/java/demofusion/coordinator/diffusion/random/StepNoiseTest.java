package demofusion.coordinator.diffusion.random;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class StepNoiseTest {
  @Test
  void isAFunctionOfSeedPhaseAndStep_inWhateverOrderItIsAsked() {
    StepNoise noise = StepNoise.of(9, 2);
    float[] later = normals(noise, 3);
    float[] earlier = normals(noise, 1);

    assertThat(normals(StepNoise.of(9, 2), 1)).isEqualTo(earlier);
    assertThat(normals(StepNoise.of(9, 2), 3)).isEqualTo(later);
  }

  @Test
  void givesEverySeedPhaseAndStepAStreamOfItsOwn() {
    Set<Float> firsts = new HashSet<>();

    for (long seed : new long[] {0, 1, 2, 1L << 32, (1L << 32) + 1}) {
      for (int phase = 1; phase < 9; phase++) {
        for (int step = 0; step < 50; step++) {
          firsts.add(normals(StepNoise.of(seed, phase), step)[0]);
        }
      }
    }

    assertThat(firsts).hasSizeGreaterThan(5 * 8 * 50 - 3); // floats may coincide, streams do not
  }

  @Test
  void isStandardNormal() {
    float[] values = new float[1 << 18];
    StepNoise.of(4, 1).fill(0, 0, values);
    double sum = 0;
    double squares = 0;
    for (float value : values) {
      sum += value;
      squares += value * value;
    }

    assertThat(sum / values.length).isCloseTo(0, within(0.01));
    assertThat(squares / values.length).isCloseTo(1, within(0.01));
  }

  @Test
  void drawsWhatItDrewBeforeOtherStreamsCameBesideIt() {
    float[] values = new float[40];

    StepNoise.of(11, 3).fill(8, 1, values);

    assertThat(Arrays.hashCode(values)).isEqualTo(-1416160819);
  }

  private static float[] normals(StepNoise noise, int step) {
    float[] values = new float[64];
    noise.fill(step, 0, values);
    return values;
  }

  @Test
  void furtherDrawsOfAStepFollowTheFirstInItsStream() {
    StepNoise noise = StepNoise.of(3, 1);
    float[] first = new float[64];
    float[] second = new float[64];

    noise.fill(5, 0, first);
    noise.fill(5, 1, second);

    float[] both = new float[128];
    noise.fill(5, 0, both);
    assertThat(first).isEqualTo(Arrays.copyOf(both, 64));
    assertThat(second).isEqualTo(Arrays.copyOfRange(both, 64, 128));
  }
}
