package demofusion.coordinator.image.recorded;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class FooocusJsonTest {
  @Test
  void readsItsScheme() {
    Reading.Settings settings =
        Readings.settings(
            Map.of(
                "fooocus_scheme",
                "fooocus",
                "parameters",
                """
                {"adm_guidance": "(1.5, 0.8, 0.3)", "base_model": "juggernautXL_v8Rundiffusion", \
                "base_model_hash": "aeb7e9e689", "clip_skip": 2, \
                "full_negative_prompt": ["unrealistic"], \
                "full_prompt": ["cinematic still a lighthouse . emotional", \
                "a lighthouse, sharp"], \
                "guidance_scale": 4.0, \
                "lora_combined_1": "sd_xl_offset_example-lora_1.0 : 0.1", \
                "loras": [["sd_xl_offset_example-lora_1.0", 0.1, "4852686128"]], \
                "metadata_scheme": "fooocus", "negative_prompt": "", "performance": "Speed", \
                "prompt": "a lighthouse", "prompt_expansion": "a lighthouse, sharp", \
                "refiner_model": "None", "refiner_switch": 0.5, "resolution": "(1152, 896)", \
                "sampler": "dpmpp_2m_sde_gpu", "scheduler": "karras", \
                "seed": "4894137414283215555", "sharpness": 2.0, "steps": 30, \
                "styles": "['Fooocus V2', 'Fooocus Enhance']", "vae": "Default (model)", \
                "version": "Fooocus v2.5.5"}\
                """));

    assertThat(settings.parameters().prompt()).isEqualTo("a lighthouse");
    assertThat(settings.options())
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                "--steps", "30",
                "--scheduler", "dpmpp-2m-sde-karras",
                "--guidance", "4",
                "--seed", "4894137414283215555",
                "--size", "1152x896"));
    assertThat(settings.leftOut())
        .containsExactly(
            "Model juggernautXL_v8Rundiffusion",
            "LoRA sd_xl_offset_example-lora_1.0 (0.1)",
            "adm guidance (1.5, 0.8, 0.3)",
            "clip skip 2",
            "performance Speed",
            "sharpness 2",
            "styles ['Fooocus V2', 'Fooocus Enhance']");
  }
}
