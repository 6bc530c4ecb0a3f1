package demofusion.coordinator.http.compat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import demofusion.coordinator.http.Refused;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What DemoFusion has and other programs' APIs have no name for: settings of {@link
 * demofusion.coordinator.http.NewPicture}, in its spelling ({@code cosineScale1}) or in Python's
 * ({@code cosine_scale_1}). What values may be is checked where a picture becomes an order.
 */
final class DemofusionSettings {
  /** As WebUI's users know such settings from other scripts. */
  static final String SCRIPT = "demofusion";

  static final String PREFIX = "demofusion_";

  private DemofusionSettings() {}

  /**
   * One setting as {@code script-info} shows it.
   *
   * @param name in a picture's JSON
   * @param label in words
   * @param value that counts where nothing is given; null: the model's own
   */
  record Setting(
      String name,
      String label,
      @Nullable Object value,
      @Nullable Number minimum,
      @Nullable Number maximum,
      List<String> choices) {
    Setting {
      choices = List.copyOf(choices);
    }
  }

  /** In the order in which a script's arguments may be given without names. */
  static final List<Setting> ALL =
      List.of(
          number("stride", "Stride between windows, in latent samples", null, 1, 4096),
          choice("viewBatch", "Windows per forward, or half", null, List.of()),
          number("sigma", "Widest Gaussian before dilated sampling", 0.8, 0.001, 100),
          number("cosineScale1", "Exponent of the skip residual's weight", 3, 0, 100),
          number("cosineScale2", "Exponent of the dilated paths' weight", 1, 0, 100),
          number("cosineScale3", "Exponent of the Gaussian's width", 1, 0, 100),
          choice(
              "method", "Method", "demofusion", List.of("demofusion", "multidiffusion", "direct")),
          flag("skipResidual", "Skip residual"),
          flag("dilated", "Dilated sampling"),
          flag("progressive", "Progressive upscaling"),
          flag("gaussian", "Gaussian before dilated sampling"),
          flag("jitter", "Jitter of windows"),
          number("guidanceRescale", "Guidance rescale", 0, 0, 1),
          choice("prompt2", "Prompt of the second text tower", null, List.of()),
          choice("negativePrompt2", "Negative prompt of the second text tower", null, List.of()),
          choice("originalSize", "Micro-conditioning: original size, WxH", null, List.of()),
          choice("crop", "Micro-conditioning: crop, TOP,LEFT", null, List.of()),
          number("threads", "CPU threads of one forward", 1, 1, 1024),
          number("priority", "Priority; higher goes first", 0, -1000, 1000));

  private static Setting number(
      String name, String label, @Nullable Number value, Number minimum, Number maximum) {
    return new Setting(name, label, value, minimum, maximum, List.of());
  }

  private static Setting choice(
      String name, String label, @Nullable String value, List<String> choices) {
    return new Setting(name, label, value, null, null, choices);
  }

  private static Setting flag(String name, String label) {
    return new Setting(name, label, true, null, null, List.of());
  }

  /** Puts settings into a picture: an object, a list that holds one, or a list in our order. */
  static void put(JsonNode settings, ObjectNode picture) {
    if (settings.isArray() && settings.size() == 1 && settings.get(0).isObject()) {
      put(settings.get(0), picture);
    } else if (settings.isArray()) {
      putInOrder(settings, picture);
    } else if (settings.isObject()) {
      settings.properties().forEach(entry -> put(entry.getKey(), entry.getValue(), picture));
    } else if (!settings.isMissingNode() && !settings.isNull()) {
      throw Refused.badRequest(
          "the settings of " + SCRIPT + " must be an object, or a list in script-info's order");
    }
  }

  private static void putInOrder(JsonNode values, ObjectNode picture) {
    if (values.size() > ALL.size()) {
      throw Refused.badRequest(
          SCRIPT + " is given " + values.size() + " arguments and has " + ALL.size());
    }
    Iterator<Setting> names = ALL.iterator();
    values.forEach(value -> put(names.next().name(), value, picture));
  }

  private static void put(String name, JsonNode value, ObjectNode picture) {
    Setting setting =
        find(name)
            .orElseThrow(
                () ->
                    Refused.badRequest(
                        SCRIPT
                            + " has no setting \""
                            + (name.length() > 40 ? name.substring(0, 40) + "…" : name)
                            + "\"; it has "
                            + String.join(", ", ALL.stream().map(Setting::name).toList())));
    if (value.isNull()) {
      return;
    }
    // A number of windows is a number in every other client's eyes.
    boolean isCount = setting.name().equals("viewBatch") && value.isIntegralNumber();
    if (isCount) {
      picture.put(setting.name(), value.asText());
    } else {
      picture.set(setting.name(), value);
    }
  }

  /** Puts those of an object that are settings by their names. */
  static void putKnown(ObjectNode object, String prefix, ObjectNode picture) {
    for (Map.Entry<String, JsonNode> entry : object.properties()) {
      String key = entry.getKey();
      if (key.startsWith(prefix) && (!prefix.isEmpty() || find(key).isPresent())) {
        put(key.substring(prefix.length()), entry.getValue(), picture);
      }
    }
  }

  private static Optional<Setting> find(String name) {
    String plain = camelCase(name);
    return ALL.stream().filter(setting -> setting.name().equals(plain)).findFirst();
  }

  private static String camelCase(String name) {
    StringBuilder words = new StringBuilder();
    boolean isNewWord = false;
    for (int n = 0; n < name.length(); n++) {
      char letter = name.charAt(n);
      if (letter == '_') {
        isNewWord = true;
      } else {
        words.append(isNewWord ? Character.toUpperCase(letter) : letter);
        isNewWord = false;
      }
    }
    return words.toString();
  }
}
