package demofusion.coordinator.image.recorded;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class SwarmUiJsonTest {
  @Test
  void readsItsJson() {
    Reading.Settings settings =
        Readings.settings(
            "parameters",
            """
            {
              "sui_image_params": {
                "prompt": "a lighthouse <lora:detail:0.5>",
                "negativeprompt": "blurry",
                "model": "OfficialStableDiffusion/sd_xl_base_1.0",
                "seed": 1234567890123,
                "steps": 20,
                "cfgscale": 7.0,
                "aspectratio": "4:3",
                "width": 1152,
                "height": 896,
                "sampler": "dpmpp_2m",
                "scheduler": "karras",
                "loras": ["add_detail.safetensors"],
                "loraweights": ["0.7"],
                "automaticvae": true,
                "vae": "None",
                "clipstopatlayer": -2,
                "swarm_version": "0.9.6.1"
              },
              "sui_extra_data": { "date": "2025-01-25", "generation_time": "4.84 sec" },
              "sui_models": [{ "name": "sd_xl_base_1.0.safetensors", "param": "model" }]
            }\
            """);

    assertThat(settings.parameters().prompt()).isEqualTo("a lighthouse");
    assertThat(settings.options())
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                "--steps", "20",
                "--scheduler", "dpmpp-2m-karras",
                "--guidance", "7",
                "--seed", "1234567890123",
                "--size", "1152x896",
                "--negative", "blurry"));
    assertThat(settings.leftOut())
        .containsExactly(
            "LoRA detail (0.5)",
            "Model sd_xl_base_1.0",
            "LoRA add_detail (0.7)",
            "clipstopatlayer -2");
  }

  @Test
  void readsTheModelOfItsOldJpegs() {
    Reading.Settings settings =
        Readings.settings(
            "Model", "{\"sui_image_params\": {\"prompt\": \"a fox\", \"steps\": 20, \"seed\": 1}}");

    assertThat(settings.parameters().prompt()).isEqualTo("a fox");
  }

  @Test
  void readsOlderNames_andTheSizeOfItsRefiner() {
    Reading.Settings settings =
        Readings.settings(
            "parameters",
            """
            {"sui_image_params": {"prompt": "a fox", "negativeprompt": "", "seed": 1, "steps": 20,
             "cfgscale": 7, "width": 1024, "height": 1024, "comfyuisampler": "euler",
             "comfyuischeduler": "normal", "refinermethod": "PostApply", "refinerupscale": "1.5",
             "swarm_version": "0.6.5.0"}}\
            """);

    assertThat(settings.options())
        .containsEntry("--scheduler", "euler-normal")
        .containsEntry("--size", "1536x1536")
        .containsEntry("--negative", "");
    assertThat(settings.leftOut()).containsExactly("refinermethod PostApply");
  }
}
