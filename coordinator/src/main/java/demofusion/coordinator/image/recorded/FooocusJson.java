package demofusion.coordinator.image.recorded;

import com.fasterxml.jackson.databind.JsonNode;
import demofusion.coordinator.image.GenerationParameters;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Fooocus' own scheme: JSON of a flat list of settings. The prompt is the one that was typed; its
 * styles, which add words, are named. ({@link WebUiText} reads its other scheme.)
 */
final class FooocusJson implements Dialect {
  private static final Set<String> TAKEN =
      Set.of(
          "prompt",
          "negative_prompt",
          "seed",
          "steps",
          "guidance_scale",
          "resolution",
          "sampler",
          "scheduler");

  /** They decide nothing, or another setting says the same. */
  private static final Set<String> SILENT =
      Set.of(
          "base_model",
          "base_model_hash",
          "refiner_model_hash",
          "full_prompt",
          "full_negative_prompt",
          "prompt_expansion",
          "metadata_scheme",
          "created_by",
          "version",
          "loras");

  @Override
  public Optional<Reading> read(Map<String, String> texts) {
    return JsonText.object(texts.get(GenerationParameters.KEYWORD))
        .filter(all -> all.has("prompt") && (all.has("base_model") || all.has("full_prompt")))
        .map(FooocusJson::settings);
  }

  private static Reading settings(JsonNode settings) {
    SettingsDraft draft = new SettingsDraft();
    String negative = JsonText.text(settings, "negative_prompt");
    draft.prompts(JsonText.text(settings, "prompt"), negative.isBlank() ? null : negative);
    draft.steps(JsonText.text(settings, "steps"));
    draft.sampler(JsonText.text(settings, "sampler"), JsonText.text(settings, "scheduler"));
    draft.guidance(JsonText.text(settings, "guidance_scale"));
    draft.seed(JsonText.text(settings, "seed"));
    draft.size(JsonText.text(settings, "resolution"));
    draft.leaveOut("Model", SettingsDraft.stem(JsonText.text(settings, "base_model")));
    JsonNode loras = settings.path("loras");
    loras.forEach(
        lora -> draft.leaveOut("LoRA", lora.path(0).asText() + " (" + lora.path(1).asText() + ")"));
    settings.properties().forEach(setting -> leaveOut(setting.getKey(), settings, draft));
    return draft.done();
  }

  private static void leaveOut(String name, JsonNode settings, SettingsDraft draft) {
    boolean isOfNoRefiner =
        name.startsWith("refiner") && JsonText.text(settings, "refiner_model").matches("(?i)|none");
    if (TAKEN.contains(name) || SILENT.contains(name) || isOfNoRefiner) {
      return;
    }
    if (name.startsWith("lora_combined_")) {
      if (settings.path("loras").isEmpty()) {
        draft.leaveOut("LoRA", JsonText.text(settings, name));
      }
      return;
    }
    draft.leaveOut(name.replace('_', ' '), JsonText.text(settings, name));
  }
}
