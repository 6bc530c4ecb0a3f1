package demofusion.protocol;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;

/**
 * Keeps a fault that repeats from filling the log: of each kind of line so many in a row, then one
 * in a while that says how many were left out.
 */
public final class LogThrottle {
  private static final int IN_A_ROW = 10;
  private static final long WHILE_NANOS = Duration.ofSeconds(10).toNanos();
  private static final int MOST_KINDS = 1000;

  private static final class Kind {
    long since;
    int lines;
    long leftOut;
  }

  private final Map<String, Kind> kinds = new LinkedHashMap<>();

  /**
   * @param kind of line: an event's name, and where it helps a worker's or job's
   * @return empty if the line is to be left out; otherwise how many were left out before it
   */
  public OptionalLong pass(String kind, long nanoTime) {
    if (kinds.size() > MOST_KINDS) {
      kinds.remove(kinds.keySet().iterator().next());
    }
    Kind known = kinds.computeIfAbsent(kind, any -> new Kind());
    if (known.lines == 0 || nanoTime - known.since >= WHILE_NANOS) {
      known.since = nanoTime;
      known.lines = 0;
    }
    if (++known.lines > IN_A_ROW) {
      known.leftOut++;
      return OptionalLong.empty();
    }
    long leftOut = known.leftOut;
    known.leftOut = 0;
    return OptionalLong.of(leftOut);
  }
}
