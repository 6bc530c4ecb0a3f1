package demofusion.coordinator.image.recorded;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * InvokeAI's words until 2.3: JSON under {@code sd-metadata}, or the command line of its shell
 * under {@code Dream}. What the prompt must not show stands in square brackets.
 */
final class InvokeAiDream implements Dialect {
  private static final Set<String> SILENT =
      Set.of("prompt", "steps", "cfg_scale", "width", "height", "seed", "sampler", "type");
  private static final Pattern NEGATIVE = Pattern.compile("\\[([^\\[\\]]*)\\]");
  private static final Pattern LINE =
      Pattern.compile("\\s*\"([^\"\\\\]*+(?:\\\\.[^\"\\\\]*+)*+)\"(.*)", Pattern.DOTALL);
  private static final Pattern FLAG =
      Pattern.compile("\\s(--?[A-Za-z_]+?)\\s*([-+]?\\d[\\w.]*|(?<=\\s)[^-\\s]\\S*)?(?=\\s|$)");

  @Override
  public Optional<Reading> read(Map<String, String> texts) {
    Optional<Reading> json =
        JsonText.object(texts.get("sd-metadata"))
            .filter(all -> all.path("image").isObject())
            .map(InvokeAiDream::settings);
    return json.isPresent()
        ? json
        : Optional.ofNullable(texts.get("Dream")).flatMap(InvokeAiDream::line);
  }

  private static Reading settings(JsonNode all) {
    JsonNode image = all.path("image");
    SettingsDraft draft = new SettingsDraft();
    prompts(prompt(image.path("prompt")), draft);
    draft.steps(JsonText.text(image, "steps"));
    draft.sampler(JsonText.text(image, "sampler"), null);
    draft.guidance(JsonText.text(image, "cfg_scale"));
    draft.seed(JsonText.text(image, "seed"));
    draft.size(JsonText.text(image, "width"), JsonText.text(image, "height"));
    draft.leaveOut("Model", JsonText.text(all, "model_weights"));
    if (!JsonText.text(image, "type").equals("txt2img")) {
      draft.leaveOut("type", JsonText.text(image, "type"));
    }
    image
        .properties()
        .forEach(
            setting -> {
              JsonNode value = setting.getValue();
              boolean isOff = value.isNumber() && value.doubleValue() == 0;
              if (!SILENT.contains(setting.getKey()) && !isOff) {
                draft.leaveOut(setting.getKey(), JsonText.text(image, setting.getKey()));
              }
            });
    return draft.done();
  }

  /** A text, or parts with their weights. */
  private static String prompt(JsonNode prompt) {
    if (!prompt.isArray()) {
      return prompt.asText();
    }
    List<String> parts = new ArrayList<>();
    prompt.forEach(part -> parts.add(JsonText.text(part, "prompt")));
    return String.join(" ", parts);
  }

  private static Optional<Reading> line(String text) {
    Matcher line = LINE.matcher(text);
    if (!line.matches()) {
      return Optional.empty();
    }
    SettingsDraft draft = new SettingsDraft();
    prompts(line.group(1).replaceAll("\\\\(.)", "$1"), draft);
    String width = "";
    String height = "";
    Matcher flag = FLAG.matcher(line.group(2));
    while (flag.find()) {
      String value = flag.group(2) == null ? "" : flag.group(2);
      switch (flag.group(1)) {
        case "-s", "--steps" -> draft.steps(value);
        case "-S", "--seed" -> draft.seed(value);
        case "-C", "--cfg_scale" -> draft.guidance(value);
        case "-A", "--sampler" -> draft.sampler(value, null);
        case "-W", "--width" -> width = value;
        case "-H", "--height" -> height = value;
        default -> draft.leaveOut(flag.group(1), value.isEmpty() ? "true" : value);
      }
    }
    draft.size(width, height);
    return Optional.of(draft.done());
  }

  private static void prompts(String both, SettingsDraft draft) {
    String negative =
        NEGATIVE
            .matcher(both)
            .results()
            .map(part -> part.group(1))
            .collect(Collectors.joining(" "));
    draft.prompts(
        NEGATIVE.matcher(both).replaceAll("").strip(), negative.isBlank() ? null : negative);
  }
}
