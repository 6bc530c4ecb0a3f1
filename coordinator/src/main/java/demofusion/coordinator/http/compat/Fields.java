package demofusion.coordinator.http.compat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import demofusion.coordinator.http.compat.FieldErrors.FieldError;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A body's fields by name, read as pydantic reads them: what is null or not there is not given, a
 * number may stand in quotes, and all that is wrong is said at once, by {@link #requireValid}.
 */
public final class Fields {
  private final JsonNode body;
  private final List<FieldError> errors = new ArrayList<>();

  public Fields(JsonNode body) {
    this.body = body;
    if (!body.isObject()) {
      wrong("value is not a valid dict", "type_error.dict");
      requireValid();
    }
  }

  public Optional<String> text(String name) {
    return read(name, Fields::asText, "str type expected", "type_error.str");
  }

  public String requiredText(String name) {
    Optional<String> text = text(name);
    if (text.isEmpty() && !body.hasNonNull(name)) {
      wrong("field required", "value_error.missing", name);
    }
    return text.orElse("");
  }

  public Optional<Long> integer(String name) {
    return read(name, Fields::asInteger, "value is not a valid integer", "type_error.integer");
  }

  /** A whole number within bounds. */
  public Optional<Integer> integer(String name, int least, int most) {
    Optional<Long> value = integer(name);
    if (value.isPresent() && (value.get() < least || value.get() > most)) {
      wrong(
          "ensure this value, " + value.get() + ", is between " + least + " and " + most,
          "value_error.number.not_in_range",
          name);
      return Optional.empty();
    }
    return value.map(Long::intValue);
  }

  public Optional<Double> number(String name) {
    return read(name, Fields::asNumber, "value is not a valid float", "type_error.float");
  }

  public Optional<Boolean> flag(String name) {
    return read(name, Fields::asFlag, "value could not be parsed to a boolean", "type_error.bool");
  }

  /** Empty if it is not given. */
  public ObjectNode object(String name) {
    return read(
            name,
            node -> node instanceof ObjectNode object ? object : null,
            "value is not a valid dict",
            "type_error.dict")
        .orElseGet(JsonNodeFactory.instance::objectNode);
  }

  /** Empty if it is not given. */
  List<String> texts(String name) {
    return read(name, Fields::asTexts, "value is not a valid list of str", "type_error.list")
        .orElse(List.of());
  }

  /** Whether something stands there that is more than nothing in other words. */
  boolean isGiven(String name) {
    JsonNode node = body.path(name);
    boolean isEmpty =
        node.isTextual() ? node.asText().isBlank() : node.isContainerNode() && node.isEmpty();
    return !node.isMissingNode() && !node.isNull() && !isEmpty;
  }

  void wrong(String message, String type, String... path) {
    List<String> place = new ArrayList<>(List.of("body"));
    place.addAll(List.of(path));
    errors.add(new FieldError(place, message, type));
  }

  /**
   * @throws FieldErrors if anything was wrong until now
   */
  public void requireValid() {
    if (!errors.isEmpty()) {
      throw new FieldErrors(errors);
    }
  }

  private <T> Optional<T> read(
      String name, Function<JsonNode, @Nullable T> reading, String message, String type) {
    if (!body.hasNonNull(name)) {
      return Optional.empty();
    }
    T value = reading.apply(body.get(name));
    if (value == null) {
      wrong(message, type, name);
    }
    return Optional.ofNullable(value);
  }

  private static @Nullable String asText(JsonNode node) {
    return node.isTextual() ? node.asText() : null;
  }

  private static @Nullable Long asInteger(JsonNode node) {
    if (node.isIntegralNumber()) {
      return node.canConvertToLong() ? (Long) node.longValue() : null;
    }
    Double number = asNumber(node);
    if (number == null || number != Math.rint(number) || Math.abs(number) >= 1e15) {
      return null;
    }
    return number.longValue();
  }

  private static @Nullable Double asNumber(JsonNode node) {
    if (node.isNumber()) {
      return Double.isFinite(node.doubleValue()) ? node.doubleValue() : null;
    }
    try {
      double value = node.isTextual() ? Double.parseDouble(node.asText().strip()) : Double.NaN;
      return Double.isFinite(value) ? value : null;
    } catch (NumberFormatException e) {
      return null;
    }
  }

  private static @Nullable Boolean asFlag(JsonNode node) {
    if (node.isBoolean()) {
      return node.booleanValue();
    }
    return switch (node.asText()) {
      case "true", "True", "1" -> true;
      case "false", "False", "0" -> false;
      default -> null;
    };
  }

  private static @Nullable List<String> asTexts(JsonNode node) {
    List<String> texts = new ArrayList<>();
    for (JsonNode element : node) {
      if (!element.isTextual()) {
        return null;
      }
      texts.add(element.asText());
    }
    return node.isArray() ? texts : null;
  }
}
