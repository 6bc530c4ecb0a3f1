package demofusion.protocol;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The span of another program that a request was sent from, as the headers {@code traceparent} and
 * {@code tracestate} of <a href="https://www.w3.org/TR/trace-context/">W3C Trace Context</a> say
 * it.
 *
 * @param traceId 32 hexadecimal digits, not all zero
 * @param spanId 16 hexadecimal digits, not all zero
 * @param isSampled whether that program records it
 * @param state what tracing systems on the way wrote, to be passed on as it came; empty: nothing
 */
public record TraceParent(String traceId, String spanId, boolean isSampled, String state) {
  /** The header's name. */
  public static final String HEADER = "traceparent";

  /** The header of {@link #state}. */
  public static final String STATE_HEADER = "tracestate";

  /** W3C wants 512 passed on at least. */
  private static final int LONGEST_STATE = 2048;

  private static final int MOST_ENTRIES = 32;
  private static final Pattern ENTRY =
      Pattern.compile(
          "[a-z0-9][_0-9a-z*/@-]{0,255}"
              + "=[\\x20-\\x2b\\x2d-\\x3c\\x3e-\\x7e]{0,255}[\\x21-\\x2b\\x2d-\\x3c\\x3e-\\x7e]");

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
    if (!state.isEmpty() && !isState(state)) {
      throw new IllegalArgumentException("no trace state: \"" + state + "\"");
    }
  }

  /** Of which no tracing system wrote anything. */
  public TraceParent(String traceId, String spanId, boolean isSampled) {
    this(traceId, spanId, isSampled, "");
  }

  /**
   * The same with what the header {@code tracestate} says, several of which are one with commas;
   * without, if that is not well formed, as W3C has it.
   */
  public TraceParent with(String states) {
    String tidy =
        Stream.of(states.split(",", -1))
            .map(String::strip)
            .filter(entry -> !entry.isEmpty())
            .collect(Collectors.joining(","));
    return new TraceParent(traceId, spanId, isSampled, isState(tidy) ? tidy : "");
  }

  private static boolean isState(String text) {
    String[] entries = text.split(",", -1);
    return text.length() <= LONGEST_STATE
        && entries.length <= MOST_ENTRIES
        && Stream.of(entries).allMatch(entry -> ENTRY.matcher(entry).matches())
        && Stream.of(entries).map(entry -> entry.split("=", 2)[0]).distinct().count()
            == entries.length;
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

  /** As the header {@code traceparent} has it. */
  @JsonValue
  @Override
  public String toString() {
    return "00-%s-%s-%s".formatted(traceId, spanId, isSampled ? "01" : "00");
  }
}
