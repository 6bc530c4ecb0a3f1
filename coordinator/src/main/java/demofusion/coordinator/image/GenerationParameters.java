package demofusion.coordinator.image;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a picture was made from, in the words of stable-diffusion-webui (A1111), which many programs
 * read: the prompt, a line "Negative prompt: …", and a line of settings "Steps: 50, Seed: 1, …".
 *
 * @param negative null if none was given, which is not the same as an empty one
 * @param settings in the order of the text
 */
public record GenerationParameters(
    String prompt, @Nullable String negative, Map<String, String> settings) {
  /** Under which keyword A1111 keeps this text in a PNG. */
  public static final String KEYWORD = "parameters";

  /** On a line of settings; one with fewer is a prompt's last, as in A1111. */
  public static final int FEWEST_SETTINGS = 3;

  private static final String NEGATIVE = "Negative prompt:";
  // A1111's reader strips prompts and splits them at line ends; where that would change one, it is
  // repeated here as it was.
  private static final String EXACT_PROMPT = "DemoFusion prompt";
  private static final String EXACT_NEGATIVE = "DemoFusion negative prompt";

  private static final Pattern NAME =
      Pattern.compile("(\\w[\\w \\-/]{1,100}+):\\s*+", Pattern.UNICODE_CHARACTER_CLASS);
  private static final JsonMapper JSON = new JsonMapper();
  private static final int LONGEST_JSON = 1 << 16;

  public GenerationParameters {
    settings = Collections.unmodifiableMap(new LinkedHashMap<>(settings));
    for (String name : settings.keySet()) {
      if (!NAME.matcher(name + ":").matches()) {
        throw new IllegalArgumentException("\"" + name + "\" cannot name a setting");
      }
    }
  }

  /**
   * The text for a PNG; {@link #parse} gives equal parameters back.
   *
   * @throws IllegalArgumentException if there are fewer settings than make a line of settings
   */
  public String toText() {
    if (settings.size() < FEWEST_SETTINGS) {
      throw new IllegalArgumentException(
          "an image needs " + FEWEST_SETTINGS + " settings or more, not " + settings.keySet());
    }
    String text = text(settings);
    if (parse(text).equals(this)) {
      return text;
    }
    Map<String, String> withExactPrompts = new LinkedHashMap<>(settings);
    withExactPrompts.put(EXACT_PROMPT, prompt);
    if (negative != null) {
      withExactPrompts.put(EXACT_NEGATIVE, negative);
    }
    return text(withExactPrompts);
  }

  private String text(Map<String, String> all) {
    StringBuilder text = new StringBuilder(prompt.replace('\0', ' '));
    if (negative != null) {
      text.append('\n').append(NEGATIVE).append(' ').append(negative.replace('\0', ' '));
    }
    List<String> line = new ArrayList<>();
    all.forEach((name, value) -> line.add(name + ": " + quote(value)));
    return text.append('\n').append(String.join(", ", line)).toString();
  }

  /**
   * Reads the text of any program's picture; whatever is missing in it is missing in the result.
   */
  public static GenerationParameters parse(String text) {
    List<String> lines = new ArrayList<>(List.of(text.strip().split("\n", -1)));
    Map<String, String> settings = parseSettings(lines.get(lines.size() - 1));
    if (settings.size() >= FEWEST_SETTINGS) {
      lines.remove(lines.size() - 1);
    } else {
      settings = new LinkedHashMap<>();
    }
    List<String> prompt = new ArrayList<>();
    @Nullable List<String> negative = null;
    for (String line : lines) {
      String stripped = line.strip();
      if (stripped.startsWith(NEGATIVE)) {
        negative = negative == null ? new ArrayList<>() : negative;
        stripped = stripped.substring(NEGATIVE.length()).strip();
      }
      (negative == null ? prompt : negative).add(stripped);
    }
    @Nullable String exactPrompt = settings.remove(EXACT_PROMPT);
    @Nullable String exactNegative = settings.remove(EXACT_NEGATIVE);
    if (exactPrompt != null) {
      return new GenerationParameters(exactPrompt, exactNegative, settings);
    }
    return new GenerationParameters(
        String.join("\n", prompt), negative == null ? null : String.join("\n", negative), settings);
  }

  /** Reads "Name: value, Name: "quoted, value"", skipping what is neither. */
  private static Map<String, String> parseSettings(String line) {
    Map<String, String> settings = new LinkedHashMap<>();
    Matcher name = NAME.matcher(line);
    int position = 0;
    while (position < line.length() && name.find(position)) {
      int end = endOfValue(line, name.end());
      settings.put(name.group(1), unquote(line.substring(name.end(), end)));
      position = end + 1;
    }
    return settings;
  }

  private static int endOfValue(String line, int from) {
    if (line.startsWith("\"", from)) {
      for (int n = from + 1; n < line.length(); n++) {
        if (line.charAt(n) == '\\') {
          n++;
        } else if (line.charAt(n) == '"') {
          return n + 1;
        }
      }
    }
    int afterJson = endOfJson(line, from);
    int comma = line.indexOf(',', from);
    return afterJson > 0 ? afterJson : comma < 0 ? line.length() : comma;
  }

  /** Civitai's settings are JSON without quotes around it; 0: this one is not. */
  private static int endOfJson(String line, int from) {
    if (!line.startsWith("[", from) && !line.startsWith("{", from)) {
      return 0;
    }
    String start = line.substring(from, Math.min(line.length(), from + LONGEST_JSON));
    try (JsonParser parser = JSON.createParser(start)) {
      parser.nextToken();
      parser.skipChildren();
      int end = from + (int) parser.currentLocation().getCharOffset();
      boolean isWhole = !parser.currentToken().isStructStart();
      return isWhole && (end == line.length() || line.charAt(end) == ',') ? end : 0;
    } catch (IOException e) {
      return 0;
    }
  }

  private static String quote(String value) {
    boolean plain =
        value.equals(value.strip())
            && value.chars().noneMatch(c -> c == ',' || c == ':' || c == '"' || c < ' ');
    try {
      return plain ? value : JSON.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("cannot quote " + value, e);
    }
  }

  private static String unquote(String value) {
    if (value.length() < 2 || !value.startsWith("\"") || !value.endsWith("\"")) {
      return value.strip();
    }
    try {
      return JSON.readValue(value, String.class);
    } catch (JsonProcessingException e) {
      return value; // another program's quotes: as they stand
    }
  }
}
