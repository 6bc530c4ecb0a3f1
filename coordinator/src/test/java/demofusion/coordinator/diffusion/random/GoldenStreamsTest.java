package demofusion.coordinator.diffusion.random;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import demofusion.coordinator.diffusion.random.AuxiliaryStream.Purpose;
import demofusion.protocol.GoldenModes;
import demofusion.protocol.Laws;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Streams of our own, and what is drawn from them, against the reference (modes section 12). */
class GoldenStreamsTest {
  /** The third one is no float32, so the file's own key is a little less. */
  private static final long[] SEEDS = {0, 7, (1L << 40) + 17, 7};

  /** By the numbers that section 0 gives them. */
  private static final List<Purpose> PURPOSES =
      List.of(Purpose.SOLVER, Purpose.INTERACTION, Purpose.REGIONS, Purpose.INJECTION);

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3})
  void drawTheReferencesNumbers(int number) {
    String name = "stream." + number + ".";
    float[] key = GoldenModes.values(name + "key"); // seed, phase, step, purpose
    assertThat((float) SEEDS[number]).isEqualTo(key[0]);
    float[] normals = new float[40];
    byte[] permutation = new byte[9];
    float[] permutations = new float[5 * permutation.length];

    stream(number, key).normals().randn(normals);
    AuxiliaryStream stream = stream(number, key);
    for (int n = 0; n < permutations.length; n++) {
      if (n % permutation.length == 0) {
        stream.permutation(permutation, permutation.length);
      }
      permutations[n] = permutation[n % permutation.length];
    }

    GoldenModes.assertAgrees(normals, name + "normals");
    assertThat(permutations).isEqualTo(GoldenModes.values(name + "permutations"));
  }

  private static AuxiliaryStream stream(int number, float[] key) {
    Purpose purpose = PURPOSES.get(Math.round(key[3]));
    return AuxiliaryStream.of(SEEDS[number], Math.round(key[1]), Math.round(key[2]), purpose);
  }

  @Test
  void aSolversNoiseIsTheStreamOfItsPurpose() {
    float[] values = new float[40];

    StepNoise.of(SEEDS[0], 1).fill(0, 0, values);

    GoldenModes.assertAgrees(values, "stream.0.normals");
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.95, 0.5})
  void injectNoiseAsTheReferenceDoes(double weight) {
    float[] prediction = GoldenModes.values("injection.prediction").clone();

    NoiseInjection.inject(prediction, GoldenModes.values("injection.noise"), weight);

    GoldenModes.assertAgrees(prediction, weight == 0.5 ? "injection.at_05" : "injection.at_095");
  }

  @Test
  void injectionGoesAlongALine_whereThereIsNoArc() {
    float[] prediction = {1, 2, -3};

    NoiseInjection.inject(prediction, new float[] {2, 4, -6}, 0.75);

    assertThat(prediction).containsExactly(1.25f, 2.5f, -3.75f);
    float[] nothing = new float[3];
    NoiseInjection.inject(nothing, new float[] {2, 4, -6}, 0.75);
    assertThat(nothing).containsExactly(0.5f, 1, -1.5f);
  }

  @Test
  void injectionKeepsTheLengthThatBothHave() {
    Laws.forAll(
        20,
        draw -> {
          float[] prediction = normalised(draw.between(0, 1000));
          float[] noise = normalised(draw.between(2000, 3000));

          NoiseInjection.inject(prediction, noise, draw.between(0.0, 1.0));

          assertThat((double) length(prediction)).isCloseTo(1, within(1e-5));
        });
  }

  private static float[] normalised(int seed) {
    float[] values = new float[40_000];
    new TorchGenerator(seed).randn(values);
    float length = length(values);
    for (int n = 0; n < values.length; n++) {
      values[n] /= length;
    }
    return values;
  }

  private static float length(float[] values) {
    double squares = 0;
    for (float value : values) {
      squares += (double) value * value;
    }
    return (float) Math.sqrt(squares);
  }
}
