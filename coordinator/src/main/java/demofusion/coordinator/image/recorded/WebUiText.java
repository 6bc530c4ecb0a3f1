package demofusion.coordinator.image.recorded;

import com.fasterxml.jackson.databind.JsonNode;
import demofusion.coordinator.image.GenerationParameters;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * stable-diffusion-webui's text, and that of all who write the same: Forge, reForge, SD.Next,
 * Civitai, Fooocus' {@code a1111} scheme, and this program. Until WebUI 1.8 the spacing stands
 * behind the sampler's name, since 1.9 it is a setting of its own.
 */
final class WebUiText implements Dialect {
  private static final String OURS = "DemoFusion ";

  /** One of them is in every text that is no accident. */
  private static final Set<String> TELLING =
      Set.of("Steps", "Sampler", "Seed", "CFG scale", "Size");

  /** They decide nothing, or another setting says the same. */
  private static final Set<String> SILENT =
      Set.of(
          "VAE hash",
          "Refiner hash",
          "Hashes",
          "Version",
          "User",
          "App",
          "Source Identifier",
          "Created Date",
          "Civitai metadata",
          "Template",
          "Negative Template",
          "Raw prompt",
          "Raw negative prompt",
          "Operations",
          "Parser",
          "Pipeline",
          "Backend");

  private static final String CIVITAI = "Civitai resources";

  @Override
  public Optional<Reading> read(Map<String, String> texts) {
    String text = texts.get(GenerationParameters.KEYWORD);
    if (text == null || JsonText.tree(text).isPresent()) {
      return Optional.empty();
    }
    GenerationParameters parameters = GenerationParameters.parse(text);
    Map<String, String> settings = new LinkedHashMap<>(parameters.settings());
    if (settings.keySet().stream().noneMatch(TELLING::contains)) {
      return Optional.empty();
    }
    return Optional.of(
        settings.keySet().stream().anyMatch(name -> name.startsWith(OURS))
            ? new Reading.Settings(parameters, true, List.of(), Optional.of(parameters))
            : foreign(parameters, settings));
  }

  private static Reading foreign(GenerationParameters parameters, Map<String, String> settings) {
    SettingsDraft draft = new SettingsDraft();
    String negative = parameters.negative();
    draft.weighted();
    // WebUI gives SDXL zeros for an empty one.
    draft.prompts(parameters.prompt(), negative == null || negative.isBlank() ? null : negative);
    take(settings, "Steps", draft::steps);
    String scheduleType = settings.remove("Schedule type");
    String scheduler = settings.remove("Scheduler"); // Fooocus'
    String sampler = settings.remove("Sampler");
    if (sampler != null) {
      draft.sampler(sampler, scheduleType == null ? scheduler : scheduleType);
    } else if (scheduleType != null) {
      draft.leaveOut("Schedule type", scheduleType);
    }
    take(settings, "CFG scale", draft::guidance);
    take(settings, "Seed", draft::seed);
    take(settings, "Size", draft::size);
    take(settings, "Clip skip", draft::clipSkip);
    take(settings, "Hires upscale", draft::enlarge);
    take(settings, "Hires resize", draft::enlargeTo);
    take(settings, TiledText.NAME, text -> TiledText.read(text, parameters, draft));
    leaveOut(settings, draft);
    return draft.done(Optional.of(parameters));
  }

  private static void take(Map<String, String> settings, String name, Consumer<String> taker) {
    String value = settings.remove(name);
    if (value != null) {
      taker.accept(value);
    }
  }

  private static void leaveOut(Map<String, String> settings, SettingsDraft draft) {
    settings.keySet().removeAll(SILENT);
    if (settings.containsKey("Model")) {
      settings.remove("Model hash");
    }
    String weights = settings.remove("Lora weights"); // Fooocus'
    String hashes = settings.remove("Lora hashes"); // they stand in the prompt too
    if (weights != null) {
      draft.leaveOut("LoRA", weights);
    } else if (hashes != null && !draft.names("LoRA")) {
      draft.leaveOut("LoRA", hashes);
    }
    JsonText.tree(settings.remove(CIVITAI))
        .ifPresent(resources -> resources.forEach(resource -> leaveOut(resource, draft)));
    settings.forEach(draft::leaveOut);
  }

  private static void leaveOut(JsonNode resource, SettingsDraft draft) {
    String name = JsonText.text(resource, "modelName");
    String known = name.isEmpty() ? JsonText.text(resource, "modelVersionId") : name;
    String weight = JsonText.text(resource, "weight");
    String kind = JsonText.text(resource, "type");
    draft.leaveOut(
        kind.equals("checkpoint") ? "Model" : kind.equals("lora") ? "LoRA" : kind,
        known + (weight.isEmpty() ? "" : " (" + weight + ")"));
  }
}
