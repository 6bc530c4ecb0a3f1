package demofusion.protocol.api.request.condition;

import com.fasterxml.jackson.core.Base64Variants;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import demofusion.protocol.DemofusionException;
import java.io.IOException;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Lists of objects, some of which hold pictures in base64, from JSON and back. */
final class ListJson {
  /** A picture of the largest size in base64. */
  private static final int LONGEST_TEXT = PictureBytes.MOST_BYTES / 3 * 4 + 8;

  private static final JsonMapper JSON =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder().maxStringLength(LONGEST_TEXT).build())
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .build();

  private ListJson() {}

  /**
   * Reads a text; one without a word is an empty list.
   *
   * @param what it is a list of, in words
   * @param example of such a text
   * @throws DemofusionException BAD_REQUEST
   */
  static <E> List<E> parse(String text, Class<E[]> type, String what, String example) {
    try {
      return text.isBlank() ? List.of() : whole(JSON.readValue(text, type), what);
    } catch (UnrecognizedPropertyException e) {
      throw DemofusionException.badRequest(
          "%s have no \"%s\"; they have %s"
              .formatted(what, e.getPropertyName(), known(e.getKnownPropertyIds())));
    } catch (JsonMappingException e) {
      throw DemofusionException.badRequest(
          e.getCause() instanceof DemofusionException refusal
              ? refusal.userMessage()
              : "%s are not as they must be: %s must be %s".formatted(what, place(e), wanted(e)));
    } catch (JsonProcessingException e) {
      throw DemofusionException.badRequest(
          "%s must be a JSON list such as %s, but: %s".formatted(what, example, firstLine(e)));
    }
  }

  private static String known(@Nullable Collection<Object> names) {
    return Objects.requireNonNullElse(names, List.of()).stream()
        .map(String::valueOf)
        .sorted()
        .collect(Collectors.joining(", "));
  }

  /** Where it is: {@code [0].weights[1]}. */
  private static String place(JsonMappingException e) {
    StringBuilder place = new StringBuilder();
    for (JsonMappingException.Reference each : e.getPath()) {
      if (each.getFieldName() == null) {
        place.append('[').append(each.getIndex()).append(']');
      } else {
        place.append(place.isEmpty() ? "" : ".").append(each.getFieldName());
      }
    }
    return place.isEmpty() ? "the list" : place.toString();
  }

  private static String wanted(JsonMappingException e) {
    Class<?> type =
        e instanceof MismatchedInputException mismatch && mismatch.getTargetType() != null
            ? mismatch.getTargetType()
            : Object.class;
    if (Number.class.isAssignableFrom(type) || type.isPrimitive()) {
      return type == boolean.class ? "true or false" : "a number";
    }
    if (type == Boolean.class) {
      return "true or false";
    }
    if (type == String.class || type.isEnum() || type == byte[].class) {
      return "a text";
    }
    return type.isArray() || Collection.class.isAssignableFrom(type) ? "a list" : "an object";
  }

  private static String firstLine(JsonProcessingException e) {
    // Jackson goes on about its own settings after a semicolon.
    return Objects.toString(e.getOriginalMessage(), "")
        .lines()
        .findFirst()
        .orElse("")
        .split(";", 2)[0];
  }

  /** Reads a list where a mapper stands before one. */
  static <E> List<E> read(
      JsonParser json, DeserializationContext context, Class<E[]> type, String what)
      throws IOException {
    return whole(context.readValue(json, type), what);
  }

  private static <E> List<E> whole(@Nullable E @Nullable [] entries, String what) {
    if (entries == null || Arrays.asList(entries).contains(null)) {
      throw DemofusionException.badRequest(what + " must be a list without null");
    }
    return Arrays.stream(entries).map(Objects::requireNonNull).toList();
  }

  static String text(List<?> entries) {
    try {
      return JSON.writeValueAsString(entries);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a list that is not JSON", e);
    }
  }

  /**
   * @param what the picture is, for the sentence
   * @throws DemofusionException BAD_REQUEST
   */
  static PictureBytes picture(String base64, String what) {
    byte[] file;
    try {
      file = Base64Variants.getDefaultVariant().decode(base64);
    } catch (IllegalArgumentException e) {
      throw DemofusionException.badRequest(what + " must be a picture in base64");
    }
    return PictureBytes.of(file, what);
  }

  static String base64(PictureBytes picture) {
    return Base64.getEncoder().encodeToString(picture.file());
  }
}
