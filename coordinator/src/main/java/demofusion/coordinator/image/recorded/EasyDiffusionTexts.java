package demofusion.coordinator.image.recorded;

import com.fasterxml.jackson.databind.JsonNode;
import demofusion.coordinator.image.GenerationParameters;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Easy Diffusion's settings: a text of a PNG for each, or JSON of all in Exif's comment, under the
 * names of its requests ({@code num_inference_steps}) or of its page ({@code Steps}).
 */
final class EasyDiffusionTexts implements Dialect {
  private static final Map<String, String> NAMES_OF_THE_PAGE =
      Map.ofEntries(
          Map.entry("Prompt", "prompt"),
          Map.entry("Negative Prompt", "negative_prompt"),
          Map.entry("Seed", "seed"),
          Map.entry("Steps", "num_inference_steps"),
          Map.entry("Guidance Scale", "guidance_scale"),
          Map.entry("Sampler", "sampler_name"),
          Map.entry("Width", "width"),
          Map.entry("Height", "height"),
          Map.entry("Stable Diffusion model", "use_stable_diffusion_model"),
          Map.entry("VAE model", "use_vae_model"),
          Map.entry("LoRA model", "use_lora_model"),
          Map.entry("Clip Skip", "clip_skip"));

  @Override
  public Optional<Reading> read(Map<String, String> texts) {
    Map<String, String> settings = new LinkedHashMap<>();
    texts.forEach((name, value) -> settings.put(named(name), value));
    JsonText.object(texts.get(GenerationParameters.KEYWORD))
        .ifPresent(all -> putAll(all, settings));
    return settings.containsKey("prompt") && settings.containsKey("num_inference_steps")
        ? Optional.of(settings(settings))
        : Optional.empty();
  }

  private static void putAll(JsonNode all, Map<String, String> settings) {
    all.properties()
        .forEach(each -> settings.put(named(each.getKey()), JsonText.text(all, each.getKey())));
  }

  private static String named(String name) {
    return NAMES_OF_THE_PAGE.getOrDefault(name, name);
  }

  private static Reading settings(Map<String, String> settings) {
    SettingsDraft draft = new SettingsDraft();
    String negative = settings.getOrDefault("negative_prompt", "");
    draft.prompts(settings.getOrDefault("prompt", ""), negative.isBlank() ? null : negative);
    draft.steps(settings.getOrDefault("num_inference_steps", ""));
    draft.sampler(settings.getOrDefault("sampler_name", ""), null);
    draft.guidance(settings.getOrDefault("guidance_scale", ""));
    draft.seed(settings.getOrDefault("seed", ""));
    draft.size(settings.getOrDefault("width", ""), settings.getOrDefault("height", ""));
    draft.leaveOut(
        "Model", SettingsDraft.stem(settings.getOrDefault("use_stable_diffusion_model", "")));
    draft.leaveOut("VAE", SettingsDraft.stem(settings.getOrDefault("use_vae_model", "")));
    draft.leaveOut("LoRA", settings.getOrDefault("use_lora_model", ""));
    draft.leaveOut("Clip skip", settings.getOrDefault("clip_skip", ""));
    draft.leaveOut("ControlNet", settings.getOrDefault("use_controlnet_model", ""));
    draft.leaveOut("upscaler", settings.getOrDefault("use_upscale", ""));
    draft.leaveOut("face correction", settings.getOrDefault("use_face_correction", ""));
    return draft.done();
  }
}
