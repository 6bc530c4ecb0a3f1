package demofusion.worker.model.folder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The real SDXL base, from its configuration: no weights are needed to count them. */
class LayoutTest {
  /** What differs from diffusers' defaults in stable-diffusion-xl-base-1.0/unet. */
  private static final String SDXL_BASE =
      """
      {"addition_embed_type": "text_time", "addition_time_embed_dim": 256,
       "attention_head_dim": [5, 10, 20], "block_out_channels": [320, 640, 1280],
       "cross_attention_dim": 2048, "projection_class_embeddings_input_dim": 2816,
       "down_block_types": ["DownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D"],
       "up_block_types": ["CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "UpBlock2D"],
       "mid_block_type": "UNetMidBlock2DCrossAttn", "num_attention_heads": null,
       "sample_size": 128, "transformer_layers_per_block": [1, 2, 10],
       "upcast_attention": null, "use_linear_projection": true}
      """;

  private static final String SDXL_VAE =
      """
      {"block_out_channels": [128, 256, 512, 512], "layers_per_block": 2,
       "scaling_factor": 0.13025, "force_upcast": true}
      """;

  @TempDir Path temp;

  private UnetConfig unet;
  private VaeConfig vae;

  @BeforeEach
  void read() throws IOException {
    unet = UnetConfig.read(config("unet.json", SDXL_BASE), 128);
    vae = VaeConfig.read(config("vae.json", SDXL_VAE));
  }

  private ConfigFile config(String name, String json) throws IOException {
    return ConfigFile.read(Files.writeString(temp.resolve(name), json), name);
  }

  @Test
  void countsTheParametersOfSdxlBase() {
    assertThat(UnetLayout.of(unet).parameters()).isEqualTo(2_567_463_684L);
    assertThat(VaeLayout.of(vae).parameters()).isEqualTo(83_653_863L);
    assertThat(vae.scaleFactor()).isEqualTo(8);
    assertThat(unet.pooledWidth()).isEqualTo(1280);
  }

  @Test
  void reckonsTheWorkOfOneForward() {
    // published at 1024 pixels: 5.98 TFLOP without the products of attention, which are 0.78
    assertThat(UnetCost.of(unet).flop(128, 128)).isCloseTo(6.76e12, within(0.02e12));
  }
}
