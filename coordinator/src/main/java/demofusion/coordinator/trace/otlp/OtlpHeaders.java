package demofusion.coordinator.trace.otlp;

import demofusion.protocol.DemofusionException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Headers of requests to a collector, which mostly are what lets them in: values are secrets, and
 * in no text of this class.
 *
 * @param values by name, whatever its case
 */
public record OtlpHeaders(Map<String, String> values) {
  public static final OtlpHeaders NONE = new OtlpHeaders(Map.of());

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9!#$%&'*+.^_`|~-]{1,128}");
  private static final Pattern VALUE = Pattern.compile("[\\x20-\\x7e]*");

  /** What the client of HTTP writes itself, or what says how a body is to be read. */
  private static final Set<String> NOT_OURS =
      Set.of(
          "connection",
          "content-encoding",
          "content-length",
          "content-type",
          "expect",
          "host",
          "transfer-encoding",
          "upgrade");

  public OtlpHeaders {
    Map<String, String> sorted = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    sorted.putAll(values);
    values = Collections.unmodifiableMap(sorted);
  }

  /**
   * Reads them as OTEL_EXPORTER_OTLP_HEADERS has them: {@code NAME=VALUE,NAME=VALUE}, in whose
   * values {@code %2C} stands for a comma and {@code %25} for a percent sign.
   *
   * @param setting its name, for people
   * @throws DemofusionException BAD_REQUEST, in whose sentence no value is
   */
  public static OtlpHeaders parse(String setting, String text) {
    Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    int number = 0;
    for (String entry : text.split(",", -1)) {
      number++;
      if (entry.isBlank()) {
        continue;
      }
      int equals = entry.indexOf('=');
      if (equals < 0) {
        throw refused(setting, "entry %d has no = (write %%2C for a comma)".formatted(number));
      }
      String name = entry.substring(0, equals).strip();
      if (!NAME.matcher(name).matches()) {
        throw refused(
            setting,
            "the name of entry %d must be 1 to 128 letters, digits or -".formatted(number));
      }
      if (NOT_OURS.contains(name.toLowerCase(Locale.ROOT))) {
        throw refused(setting, "the header %s is not for you to choose".formatted(name));
      }
      if (headers.put(name, value(setting, name, entry.substring(equals + 1))) != null) {
        throw refused(setting, "the header %s is there twice".formatted(name));
      }
    }
    return new OtlpHeaders(headers);
  }

  private static String value(String setting, String name, String text) {
    String value;
    try {
      // It is the decoder of forms, which would take a plus for a space.
      value = URLDecoder.decode(text.strip().replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw refused(
          setting,
          "the value of %s has a %% without two hexadecimal digits (write %%25)".formatted(name));
    }
    if (!VALUE.matcher(value).matches()) {
      throw refused(setting, "the value of %s must be printable ASCII".formatted(name));
    }
    return value;
  }

  private static DemofusionException refused(String setting, String why) {
    return DemofusionException.badRequest(
        setting + " must be NAME=VALUE, several with commas between them: " + why);
  }

  /** Names alone. */
  @Override
  public String toString() {
    return "OtlpHeaders" + values.keySet();
  }
}
