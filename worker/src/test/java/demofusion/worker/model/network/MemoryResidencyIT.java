package demofusion.worker.model.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.FailureCode;
import demofusion.protocol.GoldenData;
import demofusion.protocol.latent.Guidance;
import demofusion.protocol.latent.MicroConditioning;
import demofusion.protocol.latent.PromptSyntax;
import demofusion.protocol.latent.Prompts;
import demofusion.protocol.latent.Tensor;
import demofusion.protocol.model.Additions;
import demofusion.protocol.model.LoraUse;
import demofusion.protocol.model.ModelSource;
import demofusion.protocol.model.Precision;
import demofusion.protocol.work.AssetId;
import demofusion.protocol.work.ExtraConditioning;
import demofusion.protocol.work.GuidanceHalf;
import demofusion.protocol.work.Work;
import demofusion.protocol.work.WorkResult;
import demofusion.worker.model.AdditionFiles;
import demofusion.worker.model.JobAssets;
import demofusion.worker.model.MemoryLimit;
import demofusion.worker.model.folder.ModelFolder;
import demofusion.worker.model.memory.DeviceLedger;
import demofusion.worker.model.memory.MemoryDemand;
import demofusion.worker.model.memory.MemoryPlan;
import demofusion.worker.model.torch.TorchDevice;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The tiny model on devices of pretended sizes: whatever comes, goes and streams, every bit is that
 * of a device with room for everything.
 */
class MemoryResidencyIT {
  private static final ModelFolder FOLDER = ModelFolder.open(ModelSource.of(GoldenData.tinySdxl()));
  private static final String LORA = "a".repeat(64);
  private static final AdditionFiles FILES =
      hash ->
          GoldenData.path("models/lora/" + (hash.equals(LORA) ? "kohya" : "dora") + ".safetensors");
  private static final Additions LORAS =
      new Additions(
          List.of(
              new LoraUse("kohya", LORA, 0.8, 0.6), new LoraUse("dora", "d".repeat(64), 0.5, 0)),
          List.of());
  private static final AssetId TEXT = new AssetId("text");

  /** Sizes of a device, from one that holds everything to the least. */
  private enum Size {
    EVERYTHING_STAYS,
    TEXT_LEAVES,
    UNET_LEAVES,
    HALF_STREAMS,
    LEAST;

    long bytes(MemoryDemand demand) {
      long unet = demand.unetBytes();
      long picture = demand.vaeBytes() + demand.pictureBytes();
      return switch (this) {
        case EVERYTHING_STAYS -> 8L << 30;
        case TEXT_LEAVES -> MemoryPlan.unbounded(demand).peakBytes(8) - 1;
        case UNET_LEAVES -> Math.max(picture, unet + 8 * demand.sampleBytes()) + unet / 2;
        case HALF_STREAMS -> unet / 2 + 4 * demand.sampleBytes();
        case LEAST -> MemoryPlan.leastBytes(demand);
      };
    }
  }

  private static NetworkModel load(Precision precision, MemoryLimit limit) {
    return NetworkModel.load(
        FOLDER, TorchDevice.parse("cpu"), precision, TextReading.PENULTIMATE, FILES, limit);
  }

  /**
   * Words, noise and a picture, with LoRAs and without, in an order that makes all of them move.
   */
  private static List<Tensor> everything(NetworkModel model) {
    List<Tensor> all = new ArrayList<>();
    for (Additions additions : List.of(Additions.NONE, LORAS, Additions.NONE)) {
      WorkResult.EncodedText text = encode(model, additions);
      all.add(text.positive().get(PromptEncoder.STATES));
      all.add(text.positive().get(PromptEncoder.POOLED));
      all.add(predict(model, text, additions, 1));
      all.add(decode(model));
      all.add(predict(model, text, additions, 1));
    }
    return all;
  }

  private static WorkResult.EncodedText encode(NetworkModel model, Additions additions) {
    Prompts prompts = new Prompts("a lighthouse on a cliff", null, "blurry", null);
    return model.encodeText(
        new Work.EncodeText(prompts, true, PromptSyntax.PLAIN, null, additions));
  }

  private static Tensor predict(
      NetworkModel model, WorkResult.EncodedText text, Additions additions, int views) {
    MicroConditioning place = new MicroConditioning(128, 128, 0, 0, 128, 128);
    Work.PredictNoise work =
        new Work.PredictNoise(
            noise(views, 4, 16, 16),
            481,
            Collections.nCopies(views, place),
            Collections.nCopies(views, TEXT),
            new Guidance(5, 0),
            views > 1 ? GuidanceHalf.BOTH : GuidanceHalf.TEXT,
            1,
            additions,
            ExtraConditioning.NONE);
    return model.predictNoise(work, JobAssets.of(text.toConditioning(TEXT))).noise();
  }

  private static Tensor decode(NetworkModel model) {
    Tensor latent = noise(4, 16, 16);
    return model.decode(new Work.DecodeLatent(latent, AssetId.NONE, 1), null).pixels();
  }

  private static Tensor noise(int... shape) {
    Tensor tensor = Tensor.zeros(shape);
    Random random = new Random(1);
    for (int n = 0; n < tensor.values().length; n++) {
      tensor.values()[n] = (float) random.nextGaussian();
    }
    return tensor;
  }

  @ParameterizedTest
  @CsvSource({
    "FLOAT32, EVERYTHING_STAYS",
    "FLOAT32, TEXT_LEAVES",
    "FLOAT32, UNET_LEAVES",
    "FLOAT32, HALF_STREAMS",
    "FLOAT32, LEAST",
    "BFLOAT16, HALF_STREAMS",
    "FLOAT16, LEAST",
    "FLOAT16_FLOAT8, TEXT_LEAVES",
    "FLOAT16_FLOAT8, UNET_LEAVES",
    "FLOAT16_FLOAT8, HALF_STREAMS",
    "FLOAT16_FLOAT8, LEAST"
  })
  void givesTheSameBits_whateverStaysOnTheDevice(Precision precision, Size size) {
    List<Tensor> expected;
    try (NetworkModel roomy = load(precision, MemoryLimit.AUTO)) {
      expected = everything(roomy);
      assertThat(roomy.ledger()).isEmpty();
    }
    MemoryDemand demand = MemoryDemand.of(FOLDER.architecture(), precision, false);
    long bytes = Math.max(size.bytes(demand), MemoryPlan.leastBytes(demand));
    try (NetworkModel model = load(precision, MemoryLimit.of(bytes))) {

      List<Tensor> actual = everything(model);

      assertThat(actual).isEqualTo(expected);
      DeviceLedger ledger = model.ledger().orElseThrow();
      assertThat(ledger.peakBytes()).isLessThanOrEqualTo(bytes).isPositive();
      assertThat(model.memoryNote().orElseThrow()).startsWith("memory ");
    }
  }

  @Test
  void handsBackWhatIsTooMany_andDoesTheNextUnit() {
    MemoryDemand demand = MemoryDemand.of(FOLDER.architecture(), Precision.FLOAT32, false);
    MemoryLimit limit = MemoryLimit.of(MemoryPlan.leastBytes(demand) + 4 * demand.sampleBytes());
    try (NetworkModel model = load(Precision.FLOAT32, limit)) {
      WorkResult.EncodedText text = encode(model, Additions.NONE);
      Tensor before = predict(model, text, Additions.NONE, 1);
      DeviceLedger ledger = model.ledger().orElseThrow();
      long used = ledger.usedBytes();

      assertThatThrownBy(() -> predict(model, text, Additions.NONE, 4000))
          .isInstanceOfSatisfying(
              DemofusionException.class,
              e -> assertThat(e.code()).isEqualTo(FailureCode.OUT_OF_MEMORY));

      assertThat(ledger.usedBytes()).isEqualTo(used);
      assertThat(predict(model, text, Additions.NONE, 1)).isEqualTo(before);
    }
  }

  @Test
  void refusesASizeThatIsTooLittle_withTheLeastThatIsNot() {
    assertThatThrownBy(() -> load(Precision.FLOAT32, MemoryLimit.of(1 << 20)))
        .isInstanceOfSatisfying(
            DemofusionException.class,
            e ->
                assertThat(e.userMessage())
                    .matches(
                        "memory 1.0 MiB is too little .*: the smallest that works is .* MB.*"));
  }
}
