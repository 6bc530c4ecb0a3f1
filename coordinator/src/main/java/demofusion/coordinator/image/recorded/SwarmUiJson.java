package demofusion.coordinator.image.recorded;

import com.fasterxml.jackson.databind.JsonNode;
import demofusion.coordinator.image.GenerationParameters;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** SwarmUI's (StableSwarmUI's) JSON: {@code sui_image_params}. */
final class SwarmUiJson implements Dialect {
  private static final String SETTINGS = "sui_image_params";
  private static final Set<String> TAKEN =
      Set.of(
          "prompt",
          "negativeprompt",
          "seed",
          "steps",
          "cfgscale",
          "width",
          "height",
          "sampler",
          "scheduler",
          "comfyuisampler",
          "comfyuischeduler",
          "refinerupscale");

  /** They decide nothing, or another setting says the same. */
  private static final Set<String> SILENT =
      Set.of(
          "aspectratio",
          "sidelength",
          "images",
          "batchsize",
          "swarm_version",
          "automaticvae",
          "donotsave",
          "loras",
          "loraweights",
          "date",
          "original_prompt");

  @Override
  public Optional<Reading> read(Map<String, String> texts) {
    String inOldJpegs = texts.get("Model"); // Exif's, which is for cameras
    return JsonText.object(texts.getOrDefault(GenerationParameters.KEYWORD, inOldJpegs))
        .map(all -> all.path(SETTINGS))
        .filter(JsonNode::isObject)
        .map(SwarmUiJson::settings);
  }

  private static Reading settings(JsonNode settings) {
    SettingsDraft draft = new SettingsDraft();
    // Its backend is ComfyUI, which encodes an empty negative prompt like any other.
    draft.prompts(JsonText.text(settings, "prompt"), JsonText.text(settings, "negativeprompt"));
    draft.steps(JsonText.text(settings, "steps"));
    draft.sampler(either(settings, "sampler"), either(settings, "scheduler"));
    draft.guidance(JsonText.text(settings, "cfgscale"));
    draft.seed(JsonText.text(settings, "seed"));
    draft.size(JsonText.text(settings, "width"), JsonText.text(settings, "height"));
    draft.enlarge(JsonText.text(settings, "refinerupscale"));
    leaveOut(settings, draft);
    return draft.done();
  }

  private static String either(JsonNode settings, String name) {
    String now = JsonText.text(settings, name);
    return now.isEmpty() ? JsonText.text(settings, "comfyui" + name) : now;
  }

  private static void leaveOut(JsonNode settings, SettingsDraft draft) {
    draft.leaveOut("Model", SettingsDraft.stem(JsonText.text(settings, "model")));
    JsonNode loras = settings.path("loras");
    for (int n = 0; n < loras.size(); n++) {
      String weight = settings.path("loraweights").path(n).asText("1");
      draft.leaveOut("LoRA", SettingsDraft.stem(loras.path(n).asText()) + " (" + weight + ")");
    }
    settings
        .properties()
        .forEach(
            setting -> {
              String name = setting.getKey();
              if (!TAKEN.contains(name) && !SILENT.contains(name) && !name.equals("model")) {
                draft.leaveOut(name, JsonText.text(settings, name));
              }
            });
  }
}
