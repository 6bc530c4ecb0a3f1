package demofusion.worker.model.network;

import static demofusion.worker.model.Differences.relativeError;
import static org.assertj.core.api.Assertions.assertThat;

import demofusion.protocol.GoldenData;
import demofusion.protocol.NineChannels;
import demofusion.protocol.latent.Guidance;
import demofusion.protocol.latent.MicroConditioning;
import demofusion.protocol.latent.Prompts;
import demofusion.protocol.latent.Tensor;
import demofusion.protocol.model.ModelSource;
import demofusion.protocol.model.Precision;
import demofusion.protocol.safetensors.SafetensorsFile;
import demofusion.protocol.work.Asset;
import demofusion.protocol.work.AssetId;
import demofusion.protocol.work.GuidanceHalf;
import demofusion.protocol.work.Work;
import demofusion.worker.model.DiffusionModel;
import demofusion.worker.model.JobAssets;
import demofusion.worker.model.folder.ModelFolder;
import demofusion.worker.model.torch.TorchDevice;
import demofusion.worker.model.torch.TorchThread;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** UNets of nine channels (conditioning section 5.6). */
class InpaintingNetworksIT {
  private static final double TOLERANCE = 1e-4;
  private static final SafetensorsFile GOLDEN =
      GoldenData.tensors("conditioning/networks.safetensors");

  @TempDir Path temp;

  @ParameterizedTest
  @ValueSource(strings = {"sdxl", "sd15"})
  void predictsTheReferencesNoise(String base) {
    ModelFolder folder = open(base);
    Tensor sample = GOLDEN.tensor("inpaint." + base + "-9.sample");
    float[] timesteps = new float[sample.shape()[0]];
    Arrays.fill(timesteps, GOLDEN.tensor(base + ".timestep").values()[0]);
    NoiseNetwork.@Nullable Added added =
        base.equals("sdxl")
            ? new NoiseNetwork.Added(GOLDEN.tensor("sdxl.pooled"), GOLDEN.tensor("sdxl.time_ids"))
            : null;

    try (NoiseNetwork unet =
        NoiseNetwork.load(
            folder.unet().config(),
            folder.unet().weights(),
            TorchDevice.parse("cpu"),
            Precision.FLOAT32)) {
      TorchThread.prepare(1);
      Tensor noise = unet.predict(sample, timesteps, GOLDEN.tensor(base + ".context"), 1, added);

      Tensor wanted = GOLDEN.tensor("inpaint." + base + "-9.out");
      assertThat(noise.shape()).isEqualTo(wanted.shape());
      assertThat(relativeError(noise, wanted)).isLessThan(TOLERANCE);
    }
  }

  /** Views of two prompts are two forwards, whose predictions have the latent's channels. */
  @Test
  void answersTilesOfNineChannelsWithPredictionsOfFour() {
    try (DiffusionModel model = open("sdxl").load("cpu", Precision.FLOAT32)) {
      AssetId cat = new AssetId("cat");
      AssetId dog = new AssetId("dog");
      JobAssets assets =
          JobAssets.of(new Asset[] {text(model, cat, "a cat"), text(model, dog, "a dog")});
      Tensor tiles = Tensor.zeros(3, 9, 16, 16);
      for (int n = 0; n < tiles.values().length; n++) {
        tiles.values()[n] = (float) Math.sin(n);
      }

      Tensor noise =
          model
              .predictNoise(
                  new Work.PredictNoise(
                      tiles,
                      500,
                      Collections.nCopies(3, new MicroConditioning(128, 128, 0, 0, 128, 128)),
                      List.of(cat, dog, dog),
                      new Guidance(7.5f, 0),
                      GuidanceHalf.BOTH,
                      1),
                  assets)
              .noise();

      assertThat(model.card().geometry().inputs().mask()).isTrue();
      assertThat(noise.shape()).containsExactly(3, 4, 16, 16);
    }
  }

  private static Asset text(DiffusionModel model, AssetId id, String words) {
    return model.encodeText(new Work.EncodeText(Prompts.of(words), true)).toConditioning(id);
  }

  private ModelFolder open(String base) {
    return ModelFolder.open(ModelSource.of(NineChannels.write(base, temp.resolve(base))));
  }
}
