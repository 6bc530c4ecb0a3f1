package demofusion.worker.model.network;

import static demofusion.worker.model.Differences.relativeError;
import static org.assertj.core.api.Assertions.assertThat;

import demofusion.protocol.latent.Tensor;
import demofusion.protocol.model.Precision;
import demofusion.worker.model.folder.CraftedFolder;
import demofusion.worker.model.folder.ModelFolder;
import demofusion.worker.model.torch.TorchDevice;
import demofusion.worker.model.torch.TorchThread;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Networks of other channels, depths, heads and blocks than SDXL's, with random weights. */
class OtherNetworksIT {
  private static final TorchDevice CPU = TorchDevice.parse("cpu");

  @TempDir Path temp;

  static Stream<Map<String, String>> unetConfigurations() {
    return Stream.of(
        Map.of("attention_head_dim", "4"),
        Map.of("layers_per_block", "1", "transformer_layers_per_block", "2"),
        Map.of("layers_per_block", "[1, 3, 2]", "flip_sin_to_cos", "false", "freq_shift", "1"),
        Map.of(
            "block_out_channels", "[8, 16, 16, 24]",
            "norm_num_groups", "4",
            "attention_head_dim", "[2, 4, 4, 8]",
            "transformer_layers_per_block", "[1, 1, 2, 1]",
            "down_block_types",
                "[\"CrossAttnDownBlock2D\", \"DownBlock2D\", \"CrossAttnDownBlock2D\","
                    + " \"DownBlock2D\"]",
            "up_block_types",
                "[\"UpBlock2D\", \"CrossAttnUpBlock2D\", \"UpBlock2D\", \"CrossAttnUpBlock2D\"]"),
        Map.of(
            "block_out_channels", "[16, 32]",
            "attention_head_dim", "[2, 4]",
            "transformer_layers_per_block", "[1, 1]",
            "time_embedding_dim", "40",
            "upcast_attention", "true",
            "down_block_types", "[\"CrossAttnDownBlock2D\", \"DownBlock2D\"]",
            "up_block_types", "[\"UpBlock2D\", \"CrossAttnUpBlock2D\"]"));
  }

  @ParameterizedTest
  @MethodSource("unetConfigurations")
  void predictsNoiseForTilesOfAnySize(Map<String, String> keys) {
    CraftedFolder crafted = CraftedFolder.copyOfTiny(temp);
    keys.forEach((key, value) -> crafted.set("unet/config.json", key, value));

    Tensor noise = predict(crafted.fillWithRandomWeights().open());

    assertThat(noise.shape()).containsExactly(2, 4, 9, 14);
    assertThat(noise.isFinite()).isTrue();
  }

  @Test
  void projectsWithConvolutionsAsWithMatrices() {
    CraftedFolder crafted = CraftedFolder.copyOfTiny(temp);
    Tensor withMatrices = predict(crafted.fillWithRandomWeights().open());
    Path other = temp.resolve("other");
    CraftedFolder convolutions = CraftedFolder.copyOfTiny(other);
    convolutions.set("unet/config.json", "use_linear_projection", "false");

    Tensor withConvolutions = predict(convolutions.fillWithRandomWeights().open());

    assertThat(relativeError(withConvolutions, withMatrices)).isLessThan(1e-4);
  }

  @Test
  void decodesWithoutQuantConvolutionsAndMiddleAttention() {
    CraftedFolder crafted = CraftedFolder.copyOfTiny(temp);
    for (String key : List.of("use_quant_conv", "use_post_quant_conv", "mid_block_add_attention")) {
      crafted.set("vae/config.json", key, "false");
    }
    crafted.set("vae/config.json", "layers_per_block", "1");
    ModelFolder folder = crafted.fillWithRandomWeights().open();

    try (VaeNetwork vae =
        VaeNetwork.load(folder.vae().config(), folder.vae().weights(), CPU, Precision.FLOAT32)) {
      TorchThread.prepare(1);
      Tensor pixels = vae.decode(random(1, 1, 4, 5, 7));
      assertThat(pixels.shape()).containsExactly(1, 3, 40, 56);
      assertThat(vae.encode(pixels).get(0).shape()).containsExactly(1, 4, 5, 7);
    }
  }

  private static Tensor predict(ModelFolder folder) {
    try (NoiseNetwork unet =
        NoiseNetwork.load(
            folder.unet().config(), folder.unet().weights(), CPU, Precision.FLOAT32)) {
      TorchThread.prepare(1);
      return unet.predict(
          random(1, 2, 4, 9, 14),
          new float[] {501, 501},
          random(2, 2, 77, folder.unet().config().contextWidth()),
          1,
          new NoiseNetwork.Added(
              random(3, 2, folder.unet().config().pooledWidth()), random(4, 2, 6)));
    }
  }

  private static Tensor random(long seed, int... shape) {
    Tensor tensor = Tensor.zeros(shape);
    Random random = new Random(seed);
    for (int n = 0; n < tensor.values().length; n++) {
      tensor.values()[n] = (float) random.nextGaussian();
    }
    return tensor;
  }
}
