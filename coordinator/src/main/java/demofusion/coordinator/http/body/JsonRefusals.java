package demofusion.coordinator.http.body;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.exc.InputCoercionException;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.Excerpt;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Turns Jackson's complaint about a body into one sentence for the client. */
final class JsonRefusals {
  private static final int LONGEST_QUOTE = 40;

  private JsonRefusals() {}

  /**
   * @param parser that stands where reading stopped
   */
  static String sentence(JsonProcessingException e, JsonParser parser) {
    if (e instanceof UnrecognizedPropertyException unknown) {
      return "unknown field " + quote(unknown.getPropertyName()) + "; " + known(unknown);
    }
    if (e.getCause() instanceof DemofusionException refusal) {
      return refusal.userMessage();
    }
    if (e instanceof MismatchedInputException mismatch) {
      return mismatch(mismatch, parser);
    }
    if (e.getCause() instanceof InputCoercionException outside) {
      return name(e) + found(parser) + "must be " + words(outside.getTargetType());
    }
    if (e.getCause() instanceof StreamConstraintsException tooMuch) {
      return name(e) + "is too large: " + oneLine(tooMuch);
    }
    String place =
        e.getLocation() == null
            ? ""
            : " at line %s, column %s"
                .formatted(e.getLocation().getLineNr(), e.getLocation().getColumnNr());
    return "the body is not valid JSON" + place + ": " + oneLine(e);
  }

  private static String known(UnrecognizedPropertyException e) {
    return "known fields are "
        + Objects.requireNonNullElse(e.getKnownPropertyIds(), List.of()).stream()
            .map(String::valueOf)
            .sorted()
            .collect(Collectors.joining(", "));
  }

  private static String mismatch(MismatchedInputException e, JsonParser parser) {
    if (e.getPath().isEmpty()) {
      return "the body must be one JSON object";
    }
    if (oneLine(e).startsWith("Missing required creator property")) {
      return name(e) + "is missing";
    }
    if (e.getTargetType() == byte[].class) {
      // What was wrong with it is gone: it is decoded while it is read.
      return name(e) + "must be base64";
    }
    return name(e) + found(parser) + "must be " + words(e.getTargetType());
  }

  /** The value where reading stopped. */
  private static String found(JsonParser parser) {
    try {
      JsonToken token = parser.currentToken();
      if (token == null || !token.isScalarValue()) {
        return "";
      }
      String text = parser.getText();
      return (token == JsonToken.VALUE_STRING ? quote(text) : shortened(text)) + " ";
    } catch (IOException e) {
      return "";
    }
  }

  private static String words(@Nullable Class<?> type) {
    if (type == Integer.class || type == int.class) {
      return "a whole number between " + Integer.MIN_VALUE + " and " + Integer.MAX_VALUE;
    }
    if (type == Long.class || type == long.class) {
      return "a whole number between " + Long.MIN_VALUE + " and " + Long.MAX_VALUE;
    }
    if (type == Double.class || type == Float.class) {
      return "a number";
    }
    if (type == Boolean.class) {
      return "true or false";
    }
    if (type == Duration.class) {
      return "a duration, for example P30D or PT12H";
    }
    return type == String.class ? "a text" : "something else";
  }

  private static String name(JsonProcessingException e) {
    String path =
        e instanceof JsonMappingException mapping
            ? mapping.getPath().stream()
                .map(JsonMappingException.Reference::getFieldName)
                .filter(Objects::nonNull)
                .collect(Collectors.joining("."))
            : "";
    return path.isEmpty() ? "the body " : shortened(path) + " ";
  }

  private static String quote(String text) {
    return "\"" + shortened(text) + "\"";
  }

  private static String shortened(String text) {
    return Excerpt.of(text, LONGEST_QUOTE);
  }

  private static String oneLine(JsonProcessingException e) {
    // Jackson goes on about its own settings, after a semicolon or in brackets.
    return e.getOriginalMessage()
        .lines()
        .findFirst()
        .orElse("")
        .split("; ?| \\(start marker", 2)[0];
  }
}
