package demofusion.coordinator.image.recorded;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class NovelAiCommentTest {
  @Test
  void readsItsComment() {
    Reading.Settings settings =
        Readings.settings(
            Map.of(
                "Title",
                "AI generated image",
                "Description",
                "1girl, {lighthouse}, best quality",
                "Software",
                "NovelAI",
                "Source",
                "Stable Diffusion XL C1E1DE52",
                "Comment",
                """
                {"prompt": "1girl, {lighthouse}, best quality", "steps": 28, "height": 1216, \
                "width": 832, "scale": 5.0, "uncond_scale": 1.0, "cfg_rescale": 0.2, \
                "seed": 4261913886, "n_samples": 1, "hide_debug_overlay": false, \
                "noise_schedule": "native", "legacy_v3_extend": false, "sampler": \
                "k_euler_ancestral", "controlnet_strength": 1.0, "dynamic_thresholding": false, \
                "sm": true, "sm_dyn": false, "uc": "lowres, worst quality", "request_type": \
                "PromptGenerateRequest", "signed_hash": "abc=="}\
                """));

    assertThat(settings.options())
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                "--steps", "28",
                "--scheduler", "euler-ancestral",
                "--guidance", "5",
                "--guidance-rescale", "0.2",
                "--seed", "4261913886",
                "--size", "832x1216",
                "--negative", "lowres, worst quality"));
    assertThat(settings.leftOut())
        .containsExactly("the meaning of {lighthouse}", "Model Stable Diffusion XL C1E1DE52", "sm");
  }
}
