package demofusion.worker.model.lora;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import demofusion.protocol.DemofusionException;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.Random;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The formulas of single modules, on numbers that can be reckoned by hand. */
class LoraModuleTest {
  private static final Offset<Float> EXACT = Offset.offset(1e-6f);
  private static final LoraTarget TARGET = new LoraTarget(LoraTarget.UNET, "proj_in");

  private final Map<LoraPart, Factor> parts = new EnumMap<>(LoraPart.class);

  private LoraModuleTest with(LoraPart part, int[] shape, float... values) {
    parts.put(part, new Factor(part.name(), shape, values));
    return this;
  }

  private LoraModuleTest alpha(float alpha) {
    return with(LoraPart.ALPHA, new int[0], alpha);
  }

  /** A matrix of 2 × 2 that is all ones, changed. */
  private float[] changed(double weight) {
    float[] matrix = {1, 1, 1, 1};
    module(2, 2).onWeight(weight).orElseThrow().apply(matrix);
    return matrix;
  }

  private LoraModule module(int... shape) {
    return new LoraModule("style", TARGET, shape, parts, (target, rank) -> 1);
  }

  /** ΔW is 3 6 / 4 8. */
  private LoraModuleTest rankOne() {
    return with(LoraPart.UP, new int[] {2, 1}, 3, 4).with(LoraPart.DOWN, new int[] {1, 2}, 1, 2);
  }

  @Test
  void addsTheProductTimesTheWeight() {
    assertThat(rankOne().changed(0.5)).containsExactly(2.5f, 4, 3, 5);
  }

  @Test
  void subtracts_whereTheWeightIsNegative() {
    assertThat(rankOne().changed(-1)).containsExactly(-2, -5, -3, -7);
  }

  @Test
  void dividesAlphaByTheRank() {
    // As SDXL-Lightning has it: rank 64, alpha 8.
    float[] ones = new float[64];
    Arrays.fill(ones, 1);
    with(LoraPart.UP, new int[] {1, 64}, ones).with(LoraPart.DOWN, new int[] {64, 1}, ones);
    float[] matrix = {0};

    alpha(8).module(1, 1).onWeight(1).orElseThrow().apply(matrix);

    assertThat(matrix).containsExactly(8f);
  }

  @Test
  void takesAPairOfKernelsOnAMatrix_andOfMatricesOnAKernel() {
    with(LoraPart.UP, new int[] {2, 1, 1, 1}, 3, 4)
        .with(LoraPart.DOWN, new int[] {1, 2, 1, 1}, 1, 2);

    assertThat(changed(1)).containsExactly(4, 7, 5, 9);
    assertThat(rankOne().module(2, 2, 1, 1).onWeight(1)).isPresent();
  }

  @Test
  void takesNoNoticeOfAlpha_whereAKroneckerProductIsOfFullRank() {
    with(LoraPart.LOKR_W1, new int[] {2, 1}, 1, 2).with(LoraPart.LOKR_W2, new int[] {1, 2}, 3, 4);

    assertThat(alpha(16).changed(1)).containsExactly(4, 5, 7, 9);
  }

  @Test
  void addsDifferencesAsTheyAre() {
    assertThat(with(LoraPart.DIFF, new int[] {2, 2}, 1, 2, 3, 4).changed(2))
        .containsExactly(3, 5, 7, 9);
  }

  @Test
  void addsToTheBias_scaledWhereItBelongsToAPair() {
    float[] plain = {0, 0};
    float[] scaled = {0, 0};
    with(LoraPart.DIFF_BIAS, new int[] {2}, 1, 2);
    module(2, 2).onBias(2, new int[] {2}).orElseThrow().apply(plain);
    rankOne().alpha(0.5f).with(LoraPart.UP_BIAS, new int[] {2}, 1, 2);
    module(2, 2).onBias(2, new int[] {2}).orElseThrow().apply(scaled);

    assertThat(plain).containsExactly(2, 4);
    assertThat(scaled).containsExactly(1, 2);
  }

  @Test
  void refusesABias_whereThereIsNone() {
    with(LoraPart.DIFF_BIAS, new int[] {2}, 1, 2);

    assertThatThrownBy(() -> module(2, 2).onBias(1, null))
        .isInstanceOf(DemofusionException.class)
        .hasMessageContaining("which has none");
  }

  @Test
  void refusesAKernelBeforeItIsSpread() {
    with(LoraPart.UP, new int[] {2, 1}, 1, 1)
        .with(LoraPart.DOWN, new int[] {1, 50_000}, new float[50_000])
        .with(LoraPart.MID, new int[] {1, 1, 30_000, 1}, new float[30_000]);
    assertRefused("where the model has [2, 2, 1, 1]", 2, 2, 1, 1);

    with(LoraPart.MID, new int[] {1, 1, 1, 1}, 1);
    assertRefused("where the model has [2, 2, 1, 1]", 2, 2, 1, 1);
  }

  @Test
  void refusesAKernelBetweenOtherRanks() {
    // It would be spread to as many rows as the pair's outer half says.
    with(LoraPart.UP, new int[] {2, 3}, new float[6])
        .with(LoraPart.DOWN, new int[] {1, 2}, 1, 1)
        .with(LoraPart.MID, new int[] {3, 1, 1, 1}, 1, 1, 1);

    assertRefused("those must be equal", 2, 2);
  }

  @Test
  void refusesAKroneckerProductAboveAllNumbers() {
    with(LoraPart.LOKR_W1, new int[] {1, 65_536}, new float[65_536])
        .with(LoraPart.LOKR_W2, new int[] {2, 32_769}, new float[65_538]);

    assertRefused("by 2 × 2147549184 where the model has [2, 2]", 2, 2);
  }

  private void assertRefused(String words, int... shape) {
    assertThatThrownBy(() -> module(shape).onWeight(1))
        .isInstanceOf(DemofusionException.class)
        .hasMessageContaining(words);
  }

  @Test
  void givesOutputsTheirLengths() {
    // V is 4 7 / 5 9.
    rankOne().with(LoraPart.DORA_SCALE, new int[] {2, 1}, 1, 2);

    float[] whole = changed(1);
    float[] half = changed(0.5);

    float first = (float) (4 / Math.sqrt(65));
    assertThat(whole[0]).isEqualTo(first, EXACT);
    assertThat(whole[0] * whole[0] + whole[1] * whole[1]).isEqualTo(1, EXACT);
    assertThat(half[0]).isEqualTo((1 + first) / 2, EXACT);
  }

  @Test
  void givesInputsTheirLengths_whereTheShapeSaysSo() {
    rankOne().with(LoraPart.DORA_SCALE, new int[] {1, 2}, 1, 2);

    float[] whole = changed(1);

    assertThat(whole[0]).isEqualTo((float) (4 / Math.sqrt(41)), EXACT);
    assertThat(whole[2]).isEqualTo((float) (5 / Math.sqrt(41)), EXACT);
  }

  @Test
  void takesPeftsMagnitudeAsThatOfOutputs_whateverItsShape() {
    rankOne().with(LoraPart.MAGNITUDE, new int[] {1, 2, 1, 1}, 1, 2);

    assertThat(changed(1)[0]).isEqualTo((float) (4 / Math.sqrt(65)), EXACT);
  }

  @Test
  void leavesWhatHasNoLength() {
    with(LoraPart.UP, new int[] {2, 1}, -1, 0)
        .with(LoraPart.DOWN, new int[] {1, 2}, 1, 1)
        .with(LoraPart.DORA_SCALE, new int[] {2, 1}, 5, 1);

    assertThat(changed(1)).doesNotContain(Float.NaN).startsWith(0, 0);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 4, 7, 64})
  void multipliesAnyRank(int rank) {
    Random random = new Random(rank);
    int rows = 37;
    int columns = 19;
    float[] up = random(random, rows * rank);
    float[] down = random(random, rank * columns);
    with(LoraPart.UP, new int[] {rows, rank}, up)
        .with(LoraPart.DOWN, new int[] {rank, columns}, down);
    float[] matrix = new float[rows * columns];

    module(rows, columns).onWeight(1).orElseThrow().apply(matrix);

    for (int row = 0; row < rows; row++) {
      for (int column = 0; column < columns; column++) {
        double sum = 0;
        for (int r = 0; r < rank; r++) {
          sum += (double) up[row * rank + r] * down[r * columns + column];
        }
        assertThat(matrix[row * columns + column]).isEqualTo((float) sum, Offset.offset(2e-5f));
      }
    }
  }

  private static float[] random(Random random, int count) {
    float[] values = new float[count];
    for (int n = 0; n < count; n++) {
      values[n] = (float) random.nextGaussian();
    }
    return values;
  }
}
