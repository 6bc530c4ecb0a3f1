package demofusion.coordinator.http.compat.field;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import demofusion.coordinator.http.compat.field.FieldErrors.FieldError;
import demofusion.coordinator.http.compat.webui.IgnoredFields;
import demofusion.protocol.Excerpt;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A body's fields by name, read as pydantic reads them: what is null or not there is not given, a
 * number may stand in quotes, and all that is wrong is said at once, by {@link #requireValid}.
 */
public final class Fields {
  private static final Pattern DIGITS = Pattern.compile("([+-]?\\d{1,40})(?:\\.0*)?");
  private static final double MOST_EXACT = 1e15; // a whole number that a double has exactly

  private final JsonNode body;
  private final List<String> place;
  private final List<FieldError> errors = new ArrayList<>();

  public Fields(JsonNode body) {
    this(body, "body");
  }

  /**
   * @param place where the object stands, for what is said of its fields
   */
  public Fields(JsonNode body, String... place) {
    this.place = List.of(place);
    this.body = body;
    if (!body.isObject()) {
      wrong("value is not a valid dict", "type_error.dict");
      requireValid();
    }
  }

  public Optional<String> text(String name) {
    return read(name, Fields::asText, "str type expected", "type_error.str");
  }

  /** A text that may be a number, which is its digits then: so pydantic reads for WebUI. */
  public Optional<String> words(String name) {
    return read(name, Fields::asWords, "str type expected", "type_error.str");
  }

  public String requiredText(String name) {
    Optional<String> text = text(name);
    if (text.isEmpty() && !body.hasNonNull(name)) {
      wrong("field required", "value_error.missing", name);
    }
    return text.orElse("");
  }

  public Optional<Long> integer(String name) {
    return within(name, BigInteger.valueOf(Long.MIN_VALUE), BigInteger.valueOf(Long.MAX_VALUE))
        .map(BigInteger::longValue);
  }

  /** A whole number within bounds. */
  public Optional<Integer> integer(String name, int least, int most) {
    return within(name, BigInteger.valueOf(least), BigInteger.valueOf(most))
        .map(BigInteger::intValue);
  }

  /** A whole number of any length within bounds. */
  public Optional<BigInteger> within(String name, BigInteger least, BigInteger most) {
    Optional<BigInteger> value =
        read(name, Fields::asInteger, "value is not a valid integer", "type_error.integer");
    if (value.isPresent()
        && (value.get().compareTo(least) < 0 || value.get().compareTo(most) > 0)) {
      wrong(
          "ensure this value, %s, is between %s and %s"
              .formatted(Excerpt.of(value.get().toString(), 40), least, most),
          "value_error.number.not_in_range",
          name);
      return Optional.empty();
    }
    return value;
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
  public List<String> texts(String name) {
    return read(name, Fields::asTexts, "value is not a valid list of str", "type_error.list")
        .orElse(List.of());
  }

  /** As it stands; missing, if it is not given. */
  public JsonNode raw(String name) {
    return body.path(name);
  }

  /** Whether something stands there that is more than nothing in other words. */
  public boolean isGiven(String name) {
    JsonNode node = body.path(name);
    return !isNothing(name) && !(node.isContainerNode() && node.isEmpty());
  }

  /** Whether nothing stands there, or a word for it, such as "None". */
  public boolean isNothing(String name) {
    JsonNode node = body.path(name);
    return node.isMissingNode()
        || node.isNull()
        || (node.isTextual() && IgnoredFields.isNothing(node.asText()));
  }

  public void wrong(String message, String type, String... path) {
    List<String> way = new ArrayList<>(place);
    way.addAll(List.of(path));
    errors.add(new FieldError(way, message, type));
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

  private static @Nullable String asWords(JsonNode node) {
    boolean isNumber = node.isNumber() && Double.isFinite(node.doubleValue());
    return node.isTextual() || isNumber ? node.asText() : null;
  }

  private static @Nullable BigInteger asInteger(JsonNode node) {
    if (node.isIntegralNumber()) {
      return node.bigIntegerValue();
    }
    Matcher digits = DIGITS.matcher(node.isTextual() ? node.asText().strip() : "");
    if (digits.matches()) {
      return new BigInteger(digits.group(1));
    }
    Double number = asNumber(node);
    if (number == null || number != Math.rint(number) || Math.abs(number) >= MOST_EXACT) {
      return null;
    }
    return BigInteger.valueOf(number.longValue());
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
    return switch (node.asText().strip().toLowerCase(Locale.ROOT)) {
      case "true", "t", "yes", "y", "on", "1", "1.0" -> true;
      case "false", "f", "no", "n", "off", "0", "0.0" -> false;
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
