package demofusion.protocol;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The span of another program that a request was sent from, as the header {@code traceparent} of <a
 * href="https://www.w3.org/TR/trace-context/">W3C Trace Context</a> says it.
 *
 * @param traceId 32 hexadecimal digits, not all zero
 * @param spanId 16 hexadecimal digits, not all zero
 * @param isSampled whether that program records it
 */
public record TraceParent(String traceId, String spanId, boolean isSampled) {
  /** The header's name. */
  public static final String HEADER = "traceparent";

  /** Longer ones belong to versions that do not exist. */
  private static final int LONGEST = 512;

  private static final Pattern TRACE = Pattern.compile("(?!0{32})[0-9a-f]{32}");
  private static final Pattern SPAN = Pattern.compile("(?!0{16})[0-9a-f]{16}");
  private static final Pattern WHOLE =
      Pattern.compile("((?!ff)[0-9a-f]{2})-(%s)-(%s)-([0-9a-f]{2})(-.*)?".formatted(TRACE, SPAN));

  public TraceParent {
    if (!TRACE.matcher(traceId).matches() || !SPAN.matcher(spanId).matches()) {
      throw new IllegalArgumentException(
          "a trace %s with a span %s cannot be: 32 and 16 hexadecimal digits"
              .formatted(traceId, spanId));
    }
  }

  /**
   * Reads a header, also of later versions as far as they agree with the first; empty if it is not
   * well formed, which W3C wants treated as if it were not there.
   */
  public static Optional<TraceParent> parse(String header) {
    Matcher matcher = WHOLE.matcher(header.strip());
    if (header.length() > LONGEST || !matcher.matches()) {
      return Optional.empty();
    }
    boolean hasMore = matcher.group(5) != null;
    if (matcher.group(1).equals("00") && hasMore) {
      return Optional.empty();
    }
    int flags = Integer.parseInt(matcher.group(4), 16);
    return Optional.of(new TraceParent(matcher.group(2), matcher.group(3), (flags & 1) == 1));
  }

  @JsonCreator
  static TraceParent of(String text) {
    return parse(text)
        .orElseThrow(() -> new IllegalArgumentException("no trace parent: \"" + text + "\""));
  }

  /** As the header has it. */
  @JsonValue
  @Override
  public String toString() {
    return "00-%s-%s-%s".formatted(traceId, spanId, isSampled ? "01" : "00");
  }
}
