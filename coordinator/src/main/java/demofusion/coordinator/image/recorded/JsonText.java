package demofusion.coordinator.image.recorded;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** JSON as Python programs write it, with NaN and numbers of any length. */
final class JsonText {
  private static final int MOST_NAMES = 5;
  private static final JsonMapper LENIENT =
      JsonMapper.builder()
          .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private JsonText() {}

  /** What a text holds; empty: it is no JSON object. */
  static Optional<JsonNode> object(@Nullable String text) {
    return tree(text).filter(JsonNode::isObject);
  }

  /** What a text holds; empty: it is neither an object nor an array. */
  static Optional<JsonNode> tree(@Nullable String text) {
    if (text == null || !text.strip().matches("(?s)[{\\[].*")) {
      return Optional.empty();
    }
    try {
      return Optional.ofNullable(LENIENT.readTree(text));
    } catch (JsonProcessingException e) {
      return Optional.empty();
    }
  }

  /** A value as text, however it was written; empty where there is none. */
  static String text(JsonNode object, String name) {
    JsonNode value = object.path(name);
    return value.isNull() || value.isMissingNode() ? "" : value.asText(value.toString());
  }

  /** A few of an object's names, for a sentence. */
  static List<String> names(JsonNode object) {
    List<String> names = new ArrayList<>();
    object.fieldNames().forEachRemaining(names::add);
    return names.size() > MOST_NAMES ? names.subList(0, MOST_NAMES) : names;
  }
}
