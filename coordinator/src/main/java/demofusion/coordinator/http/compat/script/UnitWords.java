package demofusion.coordinator.http.compat.script;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/** The extension's words for what a unit does, which its older clients send as numbers. */
final class UnitWords {
  static final int JUST_RESIZE = 0;
  static final int CROP_AND_RESIZE = 1;

  /** By WebUI's numbers; the last is of its latents alone. */
  static final List<String> RESIZE_MODES =
      List.of("Just Resize", "Crop and Resize", "Resize and Fill");

  private static final Map<String, String> OLDER_RESIZE_MODES =
      Map.of(
          "Inner Fit (Scale to Fit)", "Crop and Resize",
          "Outer Fit (Shrink to Fit)", "Resize and Fill",
          "Scale to Fit (Inner Fit)", "Crop and Resize",
          "Envelope (Outer Fit)", "Resize and Fill");

  static final int PROMPT = 1;
  static final int CONTROL = 2;

  static final List<String> CONTROL_MODES =
      List.of("Balanced", "My prompt is more important", "ControlNet is more important");

  private UnitWords() {}

  /** Its number; empty: it is none. */
  static Optional<Integer> resizeMode(JsonNode given) {
    if (given.isMissingNode() || given.isNull()) {
      return Optional.of(CROP_AND_RESIZE);
    }
    String text = given.asText();
    if (given.isIntegralNumber() && given.intValue() == RESIZE_MODES.size()) {
      return Optional.of(JUST_RESIZE);
    }
    return number(given, OLDER_RESIZE_MODES.getOrDefault(text, text), RESIZE_MODES);
  }

  /** Its number; empty: it is none. */
  static Optional<Integer> controlMode(JsonNode given) {
    if (given.isMissingNode() || given.isNull()) {
      return Optional.of(0);
    }
    // webuiapi sends its default as a list of one.
    JsonNode one = given.isArray() && given.size() == 1 ? given.get(0) : given;
    return number(one, one.asText(), CONTROL_MODES);
  }

  private static Optional<Integer> number(JsonNode given, String text, List<String> words) {
    if (given.isIntegralNumber()) {
      int number = given.intValue();
      return Optional.of(number).filter(each -> each >= 0 && each < words.size());
    }
    OptionalInt place =
        IntStream.range(0, words.size())
            .filter(n -> words.get(n).equalsIgnoreCase(text))
            .findFirst();
    return place.isPresent() ? Optional.of(place.getAsInt()) : Optional.empty();
  }
}
