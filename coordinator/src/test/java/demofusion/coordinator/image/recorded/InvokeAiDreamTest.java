package demofusion.coordinator.image.recorded;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class InvokeAiDreamTest {
  private static final Map<String, String> OPTIONS =
      Map.of(
          "--steps", "50",
          "--scheduler", "euler-ancestral",
          "--guidance", "7.5",
          "--seed", "2222",
          "--size", "640x512",
          "--negative", "blurry");

  @Test
  void readsItsJson() {
    Reading.Settings settings =
        Readings.settings(
            Map.of(
                "Dream",
                "\"a lighthouse [blurry]\" -s 50 -S 2222",
                "sd-metadata",
                """
                {"model": "stable diffusion", "model_weights": "stable-diffusion-1.5", \
                "model_hash": "cc6cb27103417325ff94f52b7a5d2dde45a7515b25c255d8e396c90014281516", \
                "app_id": "invoke-ai/InvokeAI", "app_version": "2.3.0", "image": {"prompt": \
                [{"prompt": "a lighthouse [blurry]", "weight": 1.0}], "steps": 50, "cfg_scale": \
                7.5, "threshold": 0, "perlin": 0, "height": 512, "width": 640, "seed": 2222, \
                "seamless": false, "hires_fix": true, "type": "txt2img", "postprocessing": null, \
                "sampler": "k_euler_a", "variations": []}}\
                """));

    assertThat(settings.parameters().prompt()).isEqualTo("a lighthouse");
    assertThat(settings.options()).containsExactlyInAnyOrderEntriesOf(OPTIONS);
    assertThat(settings.leftOut()).containsExactly("Model stable-diffusion-1.5", "hires_fix");
  }

  @Test
  void readsItsCommandLine() {
    Reading.Settings settings =
        Readings.settings(
            "Dream",
            "\"a lighthouse [blurry]\" -s 50 -S2222 -W 640 -H 512 -C 7.5 -A k_euler_a -G 0.8"
                + " --seamless");

    assertThat(settings.parameters().prompt()).isEqualTo("a lighthouse");
    assertThat(settings.options()).containsExactlyInAnyOrderEntriesOf(OPTIONS);
    assertThat(settings.leftOut()).containsExactly("-G 0.8", "--seamless");
  }
}
