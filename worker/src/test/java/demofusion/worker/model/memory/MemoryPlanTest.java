package demofusion.worker.model.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.GoldenData;
import demofusion.protocol.model.ModelSource;
import demofusion.protocol.model.Precision;
import demofusion.worker.model.folder.Architecture;
import demofusion.worker.model.memory.MemoryDemand.Group;
import demofusion.worker.model.memory.MemoryPlan.Activity;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What stays where, for SDXL's true sizes and for seeded ones. */
class MemoryPlanTest {
  private static final long GIB = 1L << 30;
  private static final Architecture SDXL =
      Architecture.read(
          ModelSource.of(GoldenData.path("../../../../deploy/models/sdxl-base").normalize()));

  private static MemoryDemand sdxl(Precision precision) {
    return MemoryDemand.of(SDXL, precision, true);
  }

  /** A model of no particular shape. */
  private static MemoryDemand any(Random random) {
    List<Group> groups = new ArrayList<>();
    for (int n = 1 + random.nextInt(30); n > 0; n--) {
      long bytes = 1L + random.nextInt(1000);
      groups.add(
          new Group("layer " + n, List.of(n + ".weight"), bytes, 1 + random.nextInt((int) bytes)));
    }
    return new MemoryDemand(
        random.nextInt(500),
        random.nextInt(5000),
        random.nextInt(100),
        groups,
        random.nextBoolean(),
        random.nextInt(100),
        1 + random.nextInt(300),
        random.nextInt(1000),
        random.nextInt(8000));
  }

  @Test
  void knowsWhatSdxlWeighs() {
    MemoryDemand half = sdxl(Precision.FLOAT16);

    assertThat(half.unetBytes()).isEqualTo(2 * 2_567_463_684L);
    assertThat(half.textBytes()).isEqualTo(2 * 817_720_320L);
    assertThat(half.vaeBytes()).isEqualTo(4 * 83_653_863L);
    assertThat(sdxl(Precision.FLOAT16_FLOAT8).unetBytes())
        .isBetween(2_567_463_684L, 2_567_463_684L * 102 / 100);
  }

  /** A larger picture has more tiles, and none of them is larger: whoever draws one draws any. */
  @ParameterizedTest
  @CsvSource({"FLOAT16, 8", "FLOAT16_FLOAT8, 6", "FLOAT16, 24"})
  void drawsSdxlOfAnySize_onCardsOfSoManyGibibytes(Precision precision, int gibibytes) {
    MemoryPlan plan = MemoryPlan.of(sdxl(precision), gibibytes * GIB);

    assertThat(plan.streamed()).isEmpty();
    assertThat(plan.mostSamples()).isGreaterThanOrEqualTo(2);
    assertThat(plan.peakBytes(2)).isLessThanOrEqualTo(gibibytes * GIB);
    assertThat(plan.isWhole()).isEqualTo(gibibytes == 24);
  }

  @Test
  void streamsSdxlInFloat16_whereSixGibibytesDoNotHoldTheUnet() {
    MemoryPlan plan = MemoryPlan.of(sdxl(Precision.FLOAT16), 6 * GIB);

    assertThat(plan.streamedBytes()).isPositive();
    assertThat(plan.sentence()).contains("stream from host memory in each forward pass");
  }

  @Test
  void refusesFourGibibytes_forTheVaeInFloat32Alone() {
    assertThatThrownBy(() -> MemoryPlan.of(sdxl(Precision.FLOAT16), 4 * GIB))
        .isInstanceOfSatisfying(
            DemofusionException.class,
            e ->
                assertThat(e.userMessage())
                    .isEqualTo(
                        "memory 4.0 GiB is too little for this model: the smallest that works is"
                            + " 5440 MB, which the VAE takes"));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void neverGoesOverTheSize_andLetsGoOnlyWhatMust(long seed) {
    Random random = new Random(seed);
    for (int n = 0; n < 500; n++) {
      MemoryDemand demand = any(random);
      long least = MemoryPlan.leastBytes(demand);
      long size = least + random.nextInt(20_000);

      MemoryPlan plan = MemoryPlan.of(demand, size);

      assertThat(plan.mostSamples()).isPositive();
      assertThat(plan.peakBytes(1)).isLessThanOrEqualTo(size);
      assertThat(plan.residentUnetBytes() + plan.streamedBytes()).isEqualTo(demand.unetBytes());
      if (MemoryPlan.unbounded(demand).peakBytes(8) <= size) {
        assertThat(plan.isWhole()).isTrue();
      }
      if (!plan.streamed().isEmpty()) {
        long whole = demand.contextBytes() + demand.unetBytes() + 2 * demand.sampleBytes();
        assertThat(whole + demand.passingBytes(true)).isGreaterThan(size);
      }
      assertThat(plan.isUnetThere(Activity.FORWARD)).isTrue();
      assertThatThrownBy(() -> MemoryPlan.of(demand, least - 1))
          .isInstanceOf(DemofusionException.class);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "down_blocks.1.attentions.0.transformer_blocks.1.attn1.to_q.weight,down_blocks.1.attentions.0",
    "mid_block.resnets.1.conv1.weight, mid_block.resnets.1",
    "up_blocks.2.upsamplers.0.conv.weight, up_blocks.2.upsamplers.0",
    "conv_in.weight, conv_in",
    "time_embedding.linear_1.weight, time_embedding"
  })
  void movesALayerTogether(String weight, String layer) {
    assertThat(MemoryDemand.layer(weight)).isEqualTo(layer);
  }

  @ParameterizedTest
  @CsvSource({"0, 0", "37, 1024", "50, 0", "61, 0", "90, 0", "120, 0", "130, 1024"})
  void slicesAttention_onlyWhereNoKernelWasMade(int capability, int queries) {
    assertThat(AttentionSlices.mostQueries(capability)).isEqualTo(queries);
  }
}
