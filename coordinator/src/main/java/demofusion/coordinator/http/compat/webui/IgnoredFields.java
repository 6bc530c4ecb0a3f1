package demofusion.coordinator.http.compat.webui;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;

/**
 * What WebUI would draw otherwise and this farm does not know: the picture is drawn without it, as
 * WebUI does with names that it does not know, and the answer says so.
 */
public final class IgnoredFields {
  private static final Set<String> NOTHING =
      Set.of("", "none", "null", "use same sampler", "use same scheduler", "use same checkpoint");

  private static final String AUTOMATIC = "automatic";

  private IgnoredFields() {}

  /** A field that counts where its value says something. */
  private record Row(String name, Predicate<JsonNode> says) {
    boolean isIn(JsonNode object) {
      return object.hasNonNull(name) && says.test(object.get(name));
    }
  }

  private static final List<Row> OF_REQUESTS =
      List.of(
          new Row("styles", IgnoredFields::names),
          new Row("clip_skip", node -> number(node) > 1),
          new Row("s_churn", node -> number(node) > 0),
          new Row("seed_resize_from_w", node -> number(node) > 0),
          new Row("seed_resize_from_h", node -> number(node) > 0));

  private static final List<Row> OF_HIRES_FIX =
      List.of(
          new Row("firstphase_width", node -> number(node) > 0),
          new Row("firstphase_height", node -> number(node) > 0),
          new Row("hr_prompt", IgnoredFields::names),
          new Row("hr_negative_prompt", IgnoredFields::names),
          new Row("hr_checkpoint_name", IgnoredFields::names),
          new Row("hr_sampler_name", IgnoredFields::names),
          new Row("hr_scheduler", IgnoredFields::names));

  private static final List<Row> OF_SETTINGS =
      List.of(
          new Row(
              "sd_vae", node -> names(node) && !node.asText().strip().equalsIgnoreCase(AUTOMATIC)),
          new Row("samples_format", node -> !node.asText().equalsIgnoreCase("png")),
          new Row("CLIP_stop_at_last_layers", node -> number(node) > 1));

  /**
   * Sentences for a request.
   *
   * @param settings its {@code override_settings}
   */
  public static List<String> notes(JsonNode request, JsonNode settings, boolean isHiresFix) {
    List<String> names = new ArrayList<>();
    add(OF_REQUESTS, request, names);
    if (isHiresFix) {
      add(OF_HIRES_FIX, request, names);
    }
    add(OF_SETTINGS, settings, names);
    return names.stream().map(name -> name + " has no effect here and is ignored").toList();
  }

  private static void add(List<Row> rows, JsonNode object, List<String> names) {
    rows.stream().filter(row -> row.isIn(object)).map(Row::name).forEach(names::add);
  }

  /** Whether a text is one of the words that clients send for nothing. */
  public static boolean isNothing(String text) {
    return NOTHING.contains(text.strip().toLowerCase(Locale.ROOT));
  }

  /** Whether a script's arguments are none, or units that are switched off, as ControlNet's are. */
  public static boolean isIdle(JsonNode arguments) {
    boolean isIdle = arguments.isArray();
    for (JsonNode unit : arguments) {
      JsonNode enabled = unit.path("enabled");
      isIdle &= enabled.isBoolean() && !enabled.booleanValue();
    }
    return isIdle;
  }

  private static boolean names(JsonNode node) {
    if (!node.isArray()) {
      return !isNothing(node.asText());
    }
    boolean names = false;
    for (JsonNode name : node) {
      names |= !isNothing(name.asText());
    }
    return names;
  }

  private static double number(JsonNode node) {
    return node.asDouble();
  }
}
