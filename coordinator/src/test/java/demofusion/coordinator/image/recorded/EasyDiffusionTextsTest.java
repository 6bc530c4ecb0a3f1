package demofusion.coordinator.image.recorded;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class EasyDiffusionTextsTest {
  private static final Map<String, String> OPTIONS =
      Map.of(
          "--steps", "25",
          "--scheduler", "euler-ancestral",
          "--guidance", "7.5",
          "--seed", "1234",
          "--size", "1024x768",
          "--negative", "blurry");

  @Test
  void readsTheTextsOfAPng() {
    Reading.Settings settings =
        Readings.settings(
            Map.of(
                "prompt", "a lighthouse",
                "negative_prompt", "blurry",
                "seed", "1234",
                "use_stable_diffusion_model", "models/sd_xl_base_1.0.safetensors",
                "sampler_name", "euler_a",
                "width", "1024",
                "height", "768",
                "num_inference_steps", "25",
                "guidance_scale", "7.5",
                "use_vae_model", "None"));

    assertThat(settings.parameters().prompt()).isEqualTo("a lighthouse");
    assertThat(settings.options()).containsExactlyInAnyOrderEntriesOf(OPTIONS);
    assertThat(settings.leftOut()).containsExactly("Model sd_xl_base_1.0");
  }

  @Test
  void readsTheCommentOfAJpeg_underThePagesNames() {
    Reading.Settings settings =
        Readings.settings(
            "parameters",
            """
            {"Prompt": "a lighthouse", "Negative Prompt": "blurry", "Seed": 1234, \
            "Stable Diffusion model": "sd_xl_base_1.0", "Sampler": "euler_a", "Width": 1024, \
            "Height": 768, "Steps": 25, "Guidance Scale": 7.5, "Use Upscaling": \
            "RealESRGAN_x4plus", "LoRA model": "None"}\
            """);

    assertThat(settings.options()).containsExactlyInAnyOrderEntriesOf(OPTIONS);
    assertThat(settings.leftOut()).contains("Model sd_xl_base_1.0");
  }
}
