package demofusion.coordinator.image.recorded;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** NovelAI's JSON under {@code Comment}, with the model under {@code Source}. */
final class NovelAiComment implements Dialect {
  /** Beside what is taken over: what NovelAI decided for others to know, not to draw. */
  private static final Set<String> KNOWN =
      Set.of(
          "prompt",
          "uc",
          "steps",
          "scale",
          "cfg_rescale",
          "seed",
          "sampler",
          "noise_schedule",
          "width",
          "height",
          "n_samples",
          "request_type",
          "signed_hash",
          "hash",
          "uncond_scale",
          "v4_prompt",
          "v4_negative_prompt",
          "extra_noise_seed",
          "legacy",
          "legacy_v3_extend",
          "params_version",
          "version",
          "add_original_image",
          "controlnet_strength",
          "dynamic_thresholding_percentile",
          "dynamic_thresholding_mimic_scale",
          "deliberate_euler_ancestral_bug",
          "prefer_brownian",
          "explike_fine_detail",
          "minimize_sigma_inf",
          "uncond_per_vibe",
          "wonky_vibe_correlation",
          "cfg_sched_eligibility");

  @Override
  public Optional<Reading> read(Map<String, String> texts) {
    return JsonText.object(texts.get("Comment"))
        .filter(all -> all.has("uc") && all.has("scale"))
        .map(all -> settings(all, texts));
  }

  private static Reading settings(JsonNode settings, Map<String, String> texts) {
    SettingsDraft draft = new SettingsDraft();
    String prompt = JsonText.text(settings, "prompt");
    String negative = JsonText.text(settings, "uc");
    draft.prompts(
        prompt.isEmpty() ? texts.getOrDefault("Description", "") : prompt,
        negative.isBlank() ? null : negative);
    draft.steps(JsonText.text(settings, "steps"));
    String spacing = JsonText.text(settings, "noise_schedule");
    draft.sampler(JsonText.text(settings, "sampler"), spacing.equals("native") ? null : spacing);
    draft.guidance(JsonText.text(settings, "scale"));
    if (settings.path("cfg_rescale").doubleValue() > 0) {
      draft.guidanceRescale(JsonText.text(settings, "cfg_rescale"));
    }
    draft.seed(JsonText.text(settings, "seed"));
    draft.size(JsonText.text(settings, "width"), JsonText.text(settings, "height"));
    draft.leaveOut("Model", texts.getOrDefault("Source", ""));
    settings
        .properties()
        .forEach(
            setting -> {
              JsonNode value = setting.getValue();
              boolean isOff = value.isNumber() && value.doubleValue() == 0;
              if (!KNOWN.contains(setting.getKey()) && !isOff) {
                draft.leaveOut(setting.getKey(), JsonText.text(settings, setting.getKey()));
              }
            });
    return draft.done();
  }
}
