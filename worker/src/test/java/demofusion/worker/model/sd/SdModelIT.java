package demofusion.worker.model.sd;

import static demofusion.worker.model.Differences.relativeError;
import static org.assertj.core.api.Assertions.assertThat;

import demofusion.protocol.GoldenData;
import demofusion.protocol.latent.Prompts;
import demofusion.protocol.latent.Tensor;
import demofusion.protocol.model.ModelSource;
import demofusion.protocol.model.Precision;
import demofusion.protocol.safetensors.SafetensorsFile;
import demofusion.protocol.work.NamedTensors;
import demofusion.protocol.work.Work;
import demofusion.protocol.work.WorkResult;
import demofusion.worker.model.DiffusionModel;
import demofusion.worker.model.folder.ModelFolder;
import demofusion.worker.model.network.NoiseNetwork;
import demofusion.worker.model.network.VaeNetwork;
import demofusion.worker.model.torch.TorchDevice;
import demofusion.worker.model.torch.TorchThread;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The tiny SD 1.5 and SD 2.1 against diffusers, within 1e-4 relative. */
class SdModelIT {
  private static final double TOLERANCE = 1e-4;
  private static final TorchDevice CPU = TorchDevice.parse("cpu");
  private static final SafetensorsFile GOLDEN = GoldenData.tensors("models/networks.safetensors");
  private static final List<String> PROMPTS =
      List.of(
          "a lighthouse on a cliff at sunset, golden light",
          "",
          "a red house by a lake, two trees");

  @ParameterizedTest
  @ValueSource(strings = {"tiny-sd15", "tiny-sd21"})
  void encodesTextAsDiffusersDoes(String name) {
    try (DiffusionModel model = open(name).load("cpu", Precision.FLOAT32)) {
      for (int n = 0; n < PROMPTS.size(); n++) {
        Prompts prompts = new Prompts(PROMPTS.get(n), null, "blurry, ugly", null);

        WorkResult.EncodedText text = model.encodeText(new Work.EncodeText(prompts, true));

        String golden = name + ".text." + n + ".";
        NamedTensors negative = Objects.requireNonNull(text.negative());
        assertThat(text.positive().names()).containsExactly("states");
        assertMatches(text.positive().get("states"), golden + "prompt_embeds");
        assertMatches(negative.get("states"), golden + "negative_prompt_embeds");
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"tiny-sd15", "tiny-sd21"})
  void encodesTheEmptyText_whenThereIsNoNegativePrompt(String name) {
    try (DiffusionModel model = open(name).load("cpu", Precision.FLOAT32)) {
      WorkResult.EncodedText absent =
          model.encodeText(new Work.EncodeText(Prompts.of("a lighthouse"), true));

      assertMatches(
          Objects.requireNonNull(absent.negative()).get("states"), name + ".text.1.prompt_embeds");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "tiny-sd15, 0",
    "tiny-sd15, 1",
    "tiny-sd15, 2",
    "tiny-sd21, 0",
    "tiny-sd21, 1",
    "tiny-sd21, 2"
  })
  void predictsDiffusersNoise_oddSizesIncluded(String name, int n) {
    ModelFolder folder = open(name);
    String prefix = name + ".unet." + n + ".";
    Tensor sample = GOLDEN.tensor(prefix + "sample");
    float[] timesteps = new float[sample.shape()[0]];
    Arrays.fill(timesteps, 481);

    try (NoiseNetwork unet =
        NoiseNetwork.load(
            folder.unet().config(), folder.unet().weights(), CPU, Precision.FLOAT32)) {
      TorchThread.prepare(1);
      Tensor noise = unet.predict(sample, timesteps, GOLDEN.tensor(prefix + "context"), 1, null);

      assertThat(relativeError(noise, GOLDEN.tensor(prefix + "out"))).isLessThan(TOLERANCE);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"tiny-sd15", "tiny-sd21"})
  void decodesAndEncodesDiffusersPictures(String name) {
    ModelFolder folder = open(name);
    try (VaeNetwork vae =
        VaeNetwork.load(folder.vae().config(), folder.vae().weights(), CPU, Precision.FLOAT32)) {
      TorchThread.prepare(1);
      Tensor pixels = vae.decode(GOLDEN.tensor(name + ".vae_decode.latent"));
      Tensor mean = vae.encode(GOLDEN.tensor(name + ".vae_encode.image")).get(0);

      assertThat(relativeError(pixels, GOLDEN.tensor(name + ".vae_decode.image")))
          .isLessThan(TOLERANCE);
      assertThat(relativeError(mean, GOLDEN.tensor(name + ".vae_encode.mean")))
          .isLessThan(TOLERANCE);
    }
  }

  private static ModelFolder open(String name) {
    return ModelFolder.open(ModelSource.of(GoldenData.path("models/" + name)));
  }

  private static void assertMatches(Tensor actual, String golden) {
    Tensor expected = GOLDEN.tensor(golden);
    int[] withoutBatch = Arrays.copyOfRange(expected.shape(), 1, expected.shape().length);
    assertThat(relativeError(actual, new Tensor(withoutBatch, expected.values())))
        .isLessThan(TOLERANCE);
  }
}
