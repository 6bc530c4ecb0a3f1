package demofusion.deploy.launch;

import demofusion.protocol.DemofusionException;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How much is logged on stderr, told to {@code logback.xml} before the first line is. Stack traces
 * only for who asks for debug: a user's mistake is answered by one sentence.
 */
public final class Logging {
  private static final String LEVEL = "demofusion.log.level";
  private static final String TIME = "demofusion.log.time";
  private static final String CLUSTER = "demofusion.log.cluster";
  private static final String TRACES = "demofusion.log.traces";
  private static final String FORMAT = "demofusion.log.format";
  private static final Set<String> FORMATS = Set.of("text", "json");
  private static final String LISTENER = "demofusion.log.listener";
  private static final Set<String> LEVELS = Set.of("error", "warn", "info", "debug", "trace");

  private Logging() {}

  /**
   * @param level from the environment; anything but a level means warnings
   */
  public static void configure(@Nullable String level) {
    String wanted = level == null ? "" : level.strip().toLowerCase(Locale.ROOT);
    set(LEVELS.contains(wanted) ? wanted : "warn");
  }

  /** What happens, as it happens; more than that if the environment asked for more. */
  public static void verbose() {
    if (!Set.of("debug", "trace").contains(System.getProperty(LEVEL, ""))) {
      set("info");
    }
  }

  /**
   * Of a node that runs for weeks: what happens, each line with its time, unless the environment
   * asks for another level. What the cluster says of itself is only for who asks for debug. To be
   * told before anything is logged.
   *
   * @param format text or json
   * @param name under which it was given, for the sentence that refuses it
   */
  public static void ofNode(String format, String name) {
    if (!FORMATS.contains(format)) {
      throw DemofusionException.badRequest(name + " \"" + format + "\" must be text or json");
    }
    System.setProperty(FORMAT, format);
    String asked = System.getenv("DEMOFUSION_LOG");
    if (asked == null || asked.isBlank()) {
      set("info");
    }
    System.setProperty(TIME, "true");
  }

  private static void set(String level) {
    System.setProperty(LEVEL, level);
    boolean traces = level.equals("debug") || level.equals("trace");
    System.setProperty(CLUSTER, traces ? level : "error");
    System.setProperty(TRACES, Boolean.toString(traces));
    System.setProperty(LISTENER, traces ? level : "off");
  }
}
