package demofusion.worker.model.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.FailureCode;
import demofusion.protocol.GoldenData;
import demofusion.protocol.api.request.condition.AdapterBlocks;
import demofusion.protocol.latent.Guidance;
import demofusion.protocol.latent.MicroConditioning;
import demofusion.protocol.latent.Prompts;
import demofusion.protocol.latent.Tensor;
import demofusion.protocol.model.Additions;
import demofusion.protocol.model.ModelSource;
import demofusion.protocol.model.Precision;
import demofusion.protocol.work.Asset;
import demofusion.protocol.work.AssetId;
import demofusion.protocol.work.ExtraConditioning;
import demofusion.protocol.work.GuidanceHalf;
import demofusion.protocol.work.ImagePrompt;
import demofusion.protocol.work.NamedTensors;
import demofusion.protocol.work.Work;
import demofusion.worker.model.JobAssets;
import demofusion.worker.model.MemoryLimit;
import demofusion.worker.model.adapter.GoldenAdapters;
import demofusion.worker.model.folder.ModelFolder;
import demofusion.worker.model.memory.DeviceLedger;
import demofusion.worker.model.memory.MemoryDemand;
import demofusion.worker.model.torch.TorchDevice;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Reference pictures beside a model that shares a small device with itself. */
class AdapterResidencyIT {
  private static final ModelFolder FOLDER = ModelFolder.open(ModelSource.of(GoldenData.tinySdxl()));
  private static final AssetId TEXT = new AssetId("text");
  private static final AssetId IMAGE = new AssetId("image");

  private static NetworkModel load(MemoryLimit limit) {
    return NetworkModel.load(
        FOLDER,
        TorchDevice.parse("cpu"),
        Precision.FLOAT32,
        TextReading.PENULTIMATE,
        GoldenAdapters.FILES,
        limit);
  }

  private static JobAssets assets(NetworkModel model) {
    Work.EncodeImage image = GoldenAdapters.work("tiny-sdxl-plus", GoldenAdapters.scene());
    return JobAssets.of(
        model
            .encodeText(new Work.EncodeText(Prompts.of("a lighthouse"), true))
            .toConditioning(TEXT),
        model.encodeImage(image).toConditioning(IMAGE));
  }

  private static Tensor predict(NetworkModel model, JobAssets assets) {
    ImagePrompt prompt =
        new ImagePrompt(GoldenAdapters.hash("tiny-sdxl-plus"), IMAGE, 0.7, AdapterBlocks.ALL);
    Work.PredictNoise work =
        new Work.PredictNoise(
            GoldenAdapters.GOLDEN.tensor("sdxl.sample"),
            481,
            List.of(new MicroConditioning(128, 128, 0, 0, 128, 128)),
            List.of(TEXT),
            new Guidance(5, 0),
            GuidanceHalf.BOTH,
            1,
            Additions.NONE,
            new ExtraConditioning(List.of(), List.of(prompt)));
    return model.predictNoise(work, assets).noise();
  }

  private static void decode(NetworkModel model) {
    model.decode(new Work.DecodeLatent(Tensor.zeros(4, 16, 16), AssetId.NONE, 1), null);
  }

  /** A device without room for the UNet beside a picture. */
  private static MemoryLimit small() {
    MemoryDemand demand = MemoryDemand.of(FOLDER.architecture(), Precision.FLOAT32, false);
    long picture = demand.vaeBytes() + demand.pictureBytes();
    long unet = demand.unetBytes() + 8 * demand.sampleBytes();
    return MemoryLimit.of(Math.max(picture, unet) + demand.unetBytes() / 2);
  }

  @Test
  void drawsTheSameBits_andLeavesBeforeAPictureIsDecoded() {
    Tensor expected;
    try (NetworkModel roomy = load(MemoryLimit.AUTO)) {
      expected = predict(roomy, assets(roomy));
    }
    try (NetworkModel model = load(small())) {
      JobAssets assets = assets(model);

      assertThat(predict(model, assets)).isEqualTo(expected);

      DeviceLedger ledger = model.ledger().orElseThrow();
      assertThat(ledger.residents()).containsKey("an IP-Adapter");
      decode(model);
      assertThat(ledger.residents()).doesNotContainKey("an IP-Adapter");
      assertThat(predict(model, assets)).isEqualTo(expected);
    }
  }

  @Test
  void refusesTokensOfAnotherWidth() {
    try (NetworkModel model = load(MemoryLimit.AUTO)) {
      NamedTensors odd = new NamedTensors(Map.of("tokens", Tensor.zeros(5, 16)));
      JobAssets assets =
          JobAssets.of(
              assets(model).get(Asset.Conditioning.class, TEXT),
              new Asset.Conditioning(IMAGE, odd, odd));

      assertThatThrownBy(() -> predict(model, assets))
          .isInstanceOfSatisfying(
              DemofusionException.class,
              e -> assertThat(e.code()).isEqualTo(FailureCode.BAD_REQUEST))
          .hasMessageContaining("tokens of float32[5, 16]", "must be 40 wide");
    }
  }
}
