package demofusion.coordinator.http.compat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import demofusion.coordinator.http.body.ApiException;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.Excerpt;
import demofusion.protocol.api.Schema;
import demofusion.protocol.api.request.Field;
import demofusion.protocol.api.request.Preset;
import demofusion.protocol.api.request.RequestFields;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What DemoFusion has and other programs' APIs have no name for: settings of {@link
 * demofusion.protocol.api.request.NewPicture}, in its spelling ({@code cosineScale1}) or in
 * Python's ({@code cosine_scale_1}). What values may be is checked where a picture becomes an
 * order.
 */
public final class DemofusionSettings {
  /** As WebUI's users know such settings from other scripts. */
  public static final String SCRIPT = "demofusion";

  static final String PREFIX = "demofusion_";

  private static final JsonMapper VALUES = JsonMapper.builder().build();

  private static final String PRESETS =
      Arrays.stream(Preset.values()).map(Preset::toString).collect(Collectors.joining(", "));

  private DemofusionSettings() {}

  /**
   * One setting as {@code script-info} shows it.
   *
   * @param label in words
   * @param value that counts where nothing is given; null: the model's own
   */
  record Setting(
      @Schema("As an argument by name, or behind demofusion_ as an option.") String name,
      String label,
      @Schema(rules = "type: ['number', 'string', 'boolean', 'null']") @Nullable Object value,
      @Nullable Number minimum,
      @Nullable Number maximum,
      List<String> choices) {
    Setting {
      choices = List.copyOf(choices);
    }

    private static Setting of(Field<?> field) {
      boolean isText = field.jsonClass() == String.class && field.choices().isEmpty();
      return new Setting(
          field.name(),
          field.label(),
          isText ? null : field.standard(),
          field.minimum(),
          field.maximum(),
          field.choices());
    }
  }

  /** In the order in which a script's arguments may be given without names. */
  static final List<Setting> ALL = RequestFields.GUESTS.stream().map(Setting::of).toList();

  /** Puts settings into a picture: an object, a list that holds one, or a list in our order. */
  public static void put(JsonNode settings, ObjectNode picture) {
    if (settings.isArray() && settings.size() == 1 && settings.get(0).isObject()) {
      put(settings.get(0), picture);
    } else if (settings.isArray()) {
      putInOrder(settings, picture);
    } else if (settings.isObject()) {
      settings.properties().forEach(entry -> put(entry.getKey(), entry.getValue(), picture));
    } else if (!settings.isMissingNode() && !settings.isNull()) {
      throw ApiException.badRequest(
          "the settings of " + SCRIPT + " must be an object, or a list in script-info's order");
    }
  }

  private static void putInOrder(JsonNode values, ObjectNode picture) {
    if (values.size() > ALL.size()) {
      throw ApiException.badRequest(
          SCRIPT + " is given " + values.size() + " arguments and has " + ALL.size());
    }
    Iterator<Setting> names = ALL.iterator();
    values.forEach(value -> put(names.next().name(), value, picture));
  }

  private static void put(String name, JsonNode value, ObjectNode picture) {
    if (name.equals(Preset.NAME)) {
      putPreset(value, picture);
      return;
    }
    Setting setting =
        find(name)
            .orElseThrow(
                () ->
                    ApiException.badRequest(
                        SCRIPT
                            + " has no setting \""
                            + Excerpt.of(name, 40)
                            + "\"; it has "
                            + String.join(", ", ALL.stream().map(Setting::name).toList())));
    if (value.isNull()) {
      return;
    }
    // A number of views is a number in every other client's eyes.
    boolean isText = RequestFields.named(setting.name()).jsonClass() == String.class;
    if (isText && value.isIntegralNumber()) {
      picture.put(setting.name(), value.asText());
    } else {
      picture.set(setting.name(), value);
    }
  }

  /** A preset's settings, where nothing else says them. */
  static void putPreset(Preset preset, ObjectNode picture) {
    preset
        .settings()
        .forEach(
            (name, setting) -> {
              if (!picture.has(name)) {
                picture.set(name, VALUES.valueToTree(setting));
              }
            });
  }

  private static void putPreset(JsonNode value, ObjectNode picture) {
    if (value.isNull()) {
      return;
    }
    if (!value.isTextual()) {
      throw ApiException.badRequest(Preset.NAME + " must be a name: " + PRESETS);
    }
    try {
      putPreset(Preset.parse(value.textValue()), picture);
    } catch (DemofusionException e) {
      throw ApiException.badRequest(e.userMessage());
    }
  }

  /** Puts those of an object that are settings by their names. */
  public static void putKnown(ObjectNode object, String prefix, ObjectNode picture) {
    for (Map.Entry<String, JsonNode> entry : object.properties()) {
      String key = entry.getKey();
      boolean isKnown = find(key).isPresent() || key.equals(Preset.NAME);
      if (key.startsWith(prefix) && (!prefix.isEmpty() || isKnown)) {
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
