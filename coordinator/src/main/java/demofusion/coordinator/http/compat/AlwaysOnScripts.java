package demofusion.coordinator.http.compat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import demofusion.coordinator.http.compat.field.Fields;
import demofusion.coordinator.http.compat.script.ControlNetUnits;
import demofusion.coordinator.http.compat.script.TiledDiffusion;
import demofusion.coordinator.http.compat.script.TiledVae;
import demofusion.coordinator.http.compat.webui.IgnoredFields;
import demofusion.protocol.Excerpt;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The scripts of a request ({@code alwayson_scripts}), by their titles in any case: our own and
 * those of extensions that are something here. Others are refused, unless they are switched off.
 *
 * @param args by titles in small letters
 */
record AlwaysOnScripts(Map<String, JsonNode> args) {
  static final String FIELD = "alwayson_scripts";

  /** As {@code GET scripts} lists them. */
  static final List<String> TITLES =
      List.of(
          DemofusionSettings.SCRIPT,
          TiledDiffusion.TITLE.toLowerCase(Locale.ROOT),
          TiledVae.TITLE.toLowerCase(Locale.ROOT),
          ControlNetUnits.TITLE.toLowerCase(Locale.ROOT));

  AlwaysOnScripts {
    args = Map.copyOf(args);
  }

  static AlwaysOnScripts read(Fields fields, List<String> notes) {
    // Some languages write an empty one as an empty list, which pydantic takes.
    ObjectNode scripts =
        fields.isGiven(FIELD) ? fields.object(FIELD) : JsonNodeFactory.instance.objectNode();
    Map<String, JsonNode> known = new TreeMap<>();
    for (Map.Entry<String, JsonNode> script : scripts.properties()) {
      String title = script.getKey().toLowerCase(Locale.ROOT);
      JsonNode given = script.getValue().path("args");
      // Without arguments a script does what its user interface does untouched: nothing.
      boolean isIdle = given.isMissingNode() || given.isNull() || IgnoredFields.isIdle(given);
      boolean isKnown = TITLES.contains(title);
      if (isKnown && (!isIdle || title.equals(DemofusionSettings.SCRIPT))) {
        known.put(title, given);
      } else if (isIdle && !isKnown) {
        notes.add(
            "script " + Excerpt.of(script.getKey(), 40) + " is unknown here; it asks nothing");
      } else if (!isIdle) {
        fields.wrong(
            "unknown script; available: " + String.join(", ", TITLES),
            "value_error.script_not_found",
            FIELD,
            script.getKey());
      }
    }
    return new AlwaysOnScripts(known);
  }

  private Optional<JsonNode> of(String title) {
    return Optional.ofNullable(args.get(title.toLowerCase(Locale.ROOT)));
  }

  /** Our own settings, which others' do not override. */
  void putSettings(ObjectNode picture) {
    of(DemofusionSettings.SCRIPT).ifPresent(given -> DemofusionSettings.put(given, picture));
  }

  Optional<TiledDiffusion> tiled(boolean isFromPicture, List<String> notes) {
    of(TiledVae.TITLE).ifPresent(given -> TiledVae.read(given, notes));
    return of(TiledDiffusion.TITLE).flatMap(given -> TiledDiffusion.read(given, isFromPicture));
  }

  void putControls(ControlNetUnits.Request request, ObjectNode picture, List<String> notes) {
    of(ControlNetUnits.TITLE)
        .ifPresent(given -> ControlNetUnits.put(given, request, picture, notes));
  }
}
