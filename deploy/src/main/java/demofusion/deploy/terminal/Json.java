package demofusion.deploy.terminal;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import java.util.Locale;
import java.util.Map;

/** Results for programs: one JSON object a line. */
public final class Json {
  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .enable(SerializationFeature.WRITE_ENUMS_USING_TO_STRING)
          .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
          .addModule(new JavaTimeModule())
          .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
          .disable(SerializationFeature.WRITE_DURATIONS_AS_TIMESTAMPS)
          .build();

  private Json() {}

  /** A record, map or list as one line. */
  public static String line(Object value) {
    try {
      return harmless(MAPPER.writeValueAsString(value));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("cannot be written as JSON: " + value, e);
    }
  }

  /** A record as one line, with further fields behind its own. */
  public static String line(Object value, Map<String, Object> further) {
    ObjectNode object = MAPPER.valueToTree(value);
    further.forEach((name, each) -> object.set(name, MAPPER.valueToTree(each)));
    return line(object);
  }

  /**
   * The same JSON for terminals too: JSON escapes the old control characters by itself, but not the
   * newer ones, which can only stand inside strings.
   */
  private static String harmless(String json) {
    if (json.codePoints().allMatch(Printable::isHarmless)) {
      return json;
    }
    StringBuilder line = new StringBuilder(json.length());
    json.codePoints()
        .forEach(
            character -> {
              if (Printable.isHarmless(character)) {
                line.appendCodePoint(character);
              } else {
                for (char half : Character.toChars(character)) {
                  line.append(String.format(Locale.ROOT, "\\u%04x", (int) half));
                }
              }
            });
    return line.toString();
  }
}
