package demofusion.coordinator.image.recorded;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ComfyUiGraphTest {
  /** ComfyUI's default workflow. */
  private static final String PLAIN =
      """
      {"3": {"inputs": {"seed": 156680208700286, "steps": 20, "cfg": 8.0,
        "sampler_name": "dpmpp_2m", "scheduler": "karras", "denoise": 1.0, "model": ["4", 0],
        "positive": ["6", 0], "negative": ["7", 0], "latent_image": ["5", 0]},
        "class_type": "KSampler", "_meta": {"title": "KSampler"}},
       "4": {"inputs": {"ckpt_name": "SDXL/sd_xl_base_1.0.safetensors"},
        "class_type": "CheckpointLoaderSimple"},
       "5": {"inputs": {"width": 1020, "height": 768, "batch_size": 1},
        "class_type": "EmptyLatentImage"},
       "6": {"inputs": {"text": "a lighthouse", "clip": ["4", 1]}, "class_type": "CLIPTextEncode"},
       "7": {"inputs": {"text": "text, watermark", "clip": ["4", 1]},
        "class_type": "CLIPTextEncode"},
       "8": {"inputs": {"samples": ["3", 0], "vae": ["4", 2]}, "class_type": "VAEDecode",
        "is_changed": [NaN]},
       "9": {"inputs": {"filename_prefix": "ComfyUI", "images": ["8", 0]},
        "class_type": "SaveImage"}}\
      """;

  @Test
  void readsAPlainGraph() {
    Reading.Settings settings =
        Readings.settings(Map.of("prompt", PLAIN, "workflow", "{\"nodes\": []}"));

    assertThat(settings.parameters().prompt()).isEqualTo("a lighthouse");
    assertThat(settings.options())
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                "--steps", "20",
                "--scheduler", "dpmpp-2m-karras",
                "--guidance", "8",
                "--seed", "156680208700286",
                "--size", "1016x768",
                "--negative", "text, watermark"));
    assertThat(settings.leftOut())
        .containsExactly("Model sd_xl_base_1.0", "Size 1020x768 (1016x768 instead)");
  }

  @Test
  void readsTheAdvancedSampler_andTextsOfTheirOwnNode() {
    String graph =
        PLAIN
            .replace("\"KSampler\"", "\"KSamplerAdvanced\"")
            .replace(
                "\"seed\": 156680208700286",
                "\"add_noise\": \"enable\", \"noise_seed\": [\"12\", 0], \"start_at_step\": 0,"
                    + " \"end_at_step\": 10000, \"return_with_leftover_noise\": \"disable\"")
            .replace(
                "\"9\": {",
                "\"12\": {\"inputs\": {\"value\": 77}, \"class_type\": \"PrimitiveInt\"}, \"9\":"
                    + " {");

    assertThat(Readings.settings("prompt", graph).options()).containsEntry("--seed", "77");
  }

  @Test
  void readsSdxlsTexts_withItsSizes() {
    String graph =
        PLAIN.replace(
            "{\"text\": \"a lighthouse\", \"clip\": [\"4\", 1]}, \"class_type\":"
                + " \"CLIPTextEncode\"}",
            "{\"width\": 4096, \"height\": 2048, \"crop_w\": 8, \"crop_h\": 16, \"target_width\":"
                + " 1024, \"target_height\": 768, \"text_g\": \"a tower\", \"text_l\":"
                + " \"a lighthouse\", \"clip\": [\"4\", 1]}, \"class_type\":"
                + " \"CLIPTextEncodeSDXL\"}");

    Reading.Settings settings = Readings.settings("prompt", graph);

    assertThat(settings.parameters().prompt()).isEqualTo("a lighthouse");
    assertThat(settings.options())
        .containsEntry("--prompt-2", "a tower")
        .containsEntry("--original-size", "4096x2048")
        .containsEntry("--target-size", "1024x768")
        .containsEntry("--crop", "16,8");
  }

  @Test
  void drawsWithoutANegativePrompt_whereItIsZeroedOut() {
    String graph =
        PLAIN.replace(
            "{\"text\": \"text, watermark\", \"clip\": [\"4\", 1]},\n"
                + "  \"class_type\": \"CLIPTextEncode\"",
            "{\"conditioning\": [\"6\", 0]}, \"class_type\": \"ConditioningZeroOut\"");

    assertThat(Readings.settings("prompt", graph).options()).doesNotContainKey("--negative");
  }

  @Test
  void namesWhatIsLoadedBeside() {
    String graph =
        PLAIN.replace(
            "\"9\": {",
            "\"10\": {\"inputs\": {\"lora_name\": \"detail.safetensors\", \"strength_model\": 0.8,"
                + " \"strength_clip\": 1.0, \"model\": [\"4\", 0]}, \"class_type\":"
                + " \"LoraLoader\"}, \"11\": {\"inputs\": {\"vae_name\": \"fix.safetensors\"},"
                + " \"class_type\": \"VAELoader\"}, \"9\": {");

    assertThat(Readings.settings("prompt", graph).leftOut())
        .contains("LoRA detail (0.8)", "VAE fix", "Model sd_xl_base_1.0");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"VAEDecode\"|\"UltimateSDUpscale\"|nodes that cannot be taken over: UltimateSDUpscale",
        "\"EmptyLatentImage\"|\"LoadImage\"|nodes that cannot be taken over: LoadImage",
        "\"VAEDecode\"|\"KSampler\"|2 samplers, where one is understood",
        "[\"5\", 0]|[\"6\", 0]|a sampler that does not stand between two texts",
        "\"KSampler\",|\"KSamplerAdvanced\",|"
      })
  void refusesAnyOtherGraph_namingWhy(String plain, String other, String why) {
    String graph = PLAIN.replace(plain, other);
    if (why == null) {
      graph = graph.replace("\"steps\": 20", "\"steps\": 20, \"end_at_step\": 10");
    }

    assertThat(Readings.refusal("prompt", graph))
        .startsWith("has a ComfyUI graph with ")
        .contains(why == null ? "a KSamplerAdvanced that does only a part of the steps" : why)
        .endsWith("; give its prompt and settings as options");
  }

  @Test
  void prefersTheTextThatANodeWroteForWebUi() {
    Reading.Settings settings =
        Readings.settings(
            Map.of("prompt", PLAIN, "parameters", "a fox\nSteps: 3, Seed: 5, Size: 64x64"));

    assertThat(settings.parameters().prompt()).isEqualTo("a fox");
  }
}
