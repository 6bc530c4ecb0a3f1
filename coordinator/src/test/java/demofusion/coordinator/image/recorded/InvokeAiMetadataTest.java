package demofusion.coordinator.image.recorded;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class InvokeAiMetadataTest {
  @Test
  void readsTheMetadataOfVersion4() {
    Reading.Settings settings =
        Readings.settings(
            "invokeai_metadata",
            """
            {"generation_mode": "sdxl_txt2img", "positive_prompt": "a lighthouse", \
            "negative_prompt": "", "width": 1024, "height": 1024, "seed": 3508163098, \
            "rand_device": "cpu", "cfg_scale": 7.5, "cfg_rescale_multiplier": 0.7, "steps": 30, \
            "scheduler": "dpmpp_2m_sde_k", "seamless_x": false, "clip_skip": 0, "model": {"key": \
            "1f2e", "hash": "blake3:1e0f", "name": "Juggernaut XL v9", "base": "sdxl", "type": \
            "main"}, "loras": [{"model": {"key": "3c", "name": "detail", "base": "sdxl"}, \
            "weight": 0.75}], "vae": {"name": "sdxl-vae-fp16-fix"}, \
            "positive_style_prompt": "oil painting", "negative_style_prompt": "", \
            "refiner_model": null, "refiner_steps": 20, "controlnets": [], "ipAdapters": \
            [{"weight": 1}], "app_version": "4.2.9"}\
            """);

    assertThat(settings.parameters().prompt()).isEqualTo("a lighthouse");
    assertThat(settings.options())
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                "--prompt-2", "oil painting",
                "--steps", "30",
                "--scheduler", "dpmpp-2m-sde-karras",
                "--guidance", "7.5",
                "--guidance-rescale", "0.7",
                "--seed", "3508163098",
                "--size", "1024x1024"));
    assertThat(settings.leftOut())
        .containsExactly(
            "Model Juggernaut XL v9", "VAE sdxl-vae-fp16-fix", "LoRA detail (0.75)", "ipAdapters");
  }

  @Test
  void readsTheMetadataOfVersion3_ofAnImageToImage() {
    Reading.Settings settings =
        Readings.settings(
            "invokeai_metadata",
            """
            {"app_version": "3.0.2", "generation_mode": "sdxl_img2img", "positive_prompt": "a fox",
             "negative_prompt": "blurry", "width": 512, "height": 512, "seed": 7, "steps": 10,
             "cfg_scale": 6, "scheduler": "euler_a", "model": {"model_name": "sdxl-base-1-0",
             "base_model": "sdxl", "model_type": "main"}, "strength": 0.6, "init_image": "a.png",
             "loras": [{"lora": {"model_name": "pixel"}, "weight": 1}]}\
            """);

    assertThat(settings.options())
        .containsEntry("--scheduler", "euler-ancestral")
        .containsEntry("--negative", "blurry");
    assertThat(settings.leftOut())
        .containsExactly(
            "Model sdxl-base-1-0",
            "LoRA pixel (1)",
            "generation_mode sdxl_img2img",
            "strength 0.6",
            "init_image a.png");
  }
}
