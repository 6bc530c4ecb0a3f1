package demofusion.coordinator.image.recorded;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** InvokeAI's JSON since 3.0: {@code invokeai_metadata}. */
final class InvokeAiMetadata implements Dialect {
  private static final Set<String> TAKEN =
      Set.of(
          "positive_prompt",
          "negative_prompt",
          "positive_style_prompt",
          "negative_style_prompt",
          "seed",
          "steps",
          "cfg_scale",
          "cfg_rescale_multiplier",
          "scheduler",
          "width",
          "height");

  /** They decide nothing, or another setting says the same. */
  private static final Set<String> SILENT =
      Set.of(
          "app_version",
          "imported_app_version",
          "rand_device",
          "type",
          "loras",
          "model",
          "vae",
          "canvas_v2_metadata",
          "ref_images",
          "regions");

  @Override
  public Optional<Reading> read(Map<String, String> texts) {
    return JsonText.object(texts.get("invokeai_metadata"))
        .filter(all -> all.has("positive_prompt"))
        .map(InvokeAiMetadata::settings);
  }

  private static Reading settings(JsonNode settings) {
    SettingsDraft draft = new SettingsDraft();
    String negative = JsonText.text(settings, "negative_prompt");
    draft.prompts(JsonText.text(settings, "positive_prompt"), negative.isBlank() ? null : negative);
    draft.secondPrompts(
        JsonText.text(settings, "positive_style_prompt"),
        JsonText.text(settings, "negative_style_prompt"));
    draft.steps(JsonText.text(settings, "steps"));
    draft.sampler(JsonText.text(settings, "scheduler"), null);
    draft.guidance(JsonText.text(settings, "cfg_scale"));
    draft.guidanceRescale(JsonText.text(settings, "cfg_rescale_multiplier"));
    draft.seed(JsonText.text(settings, "seed"));
    draft.size(JsonText.text(settings, "width"), JsonText.text(settings, "height"));
    draft.leaveOut("Model", name(settings.path("model")));
    draft.leaveOut("VAE", name(settings.path("vae")));
    settings.path("loras").forEach(lora -> leaveOutLora(lora, draft));
    settings.properties().forEach(setting -> leaveOut(setting.getKey(), settings, draft));
    return draft.done();
  }

  private static void leaveOutLora(JsonNode lora, SettingsDraft draft) {
    String name = name(lora.has("model") ? lora.path("model") : lora.path("lora"));
    draft.leaveOut("LoRA", name + " (" + JsonText.text(lora, "weight") + ")");
  }

  /** Of a model, by whichever version. */
  private static String name(JsonNode model) {
    String name = JsonText.text(model, "name");
    return name.isEmpty() ? JsonText.text(model, "model_name") : name;
  }

  private static void leaveOut(String name, JsonNode settings, SettingsDraft draft) {
    boolean isPlain =
        name.equals("generation_mode") && JsonText.text(settings, name).endsWith("txt2img");
    boolean isOff =
        (name.startsWith("refiner_") && settings.path("refiner_model").isEmpty())
            || (name.startsWith("hrf_") && !settings.path("hrf_enabled").asBoolean());
    if (TAKEN.contains(name) || SILENT.contains(name) || isPlain || isOff) {
      return;
    }
    JsonNode value = settings.path(name);
    String text = value.isContainerNode() && !value.isEmpty() ? "true" : value.asText();
    draft.leaveOut(name, value.isNumber() && value.doubleValue() == 0 ? "" : text);
  }
}
