package demofusion.coordinator.http.body;

import static java.util.Map.entry;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.time.Duration;
import java.util.Map;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.http.javadsl.settings.ServerSettings;

/** {@link HttpLimits} in the words of Pekko HTTP, and what else it must be told. */
public final class PekkoHttpSettings {
  /** Connections that the system holds until they are accepted. */
  private static final int BACKLOG = 1024;

  private PekkoHttpSettings() {}

  public static ServerSettings of(ActorSystem<?> system, HttpLimits limits) {
    Map<String, Object> own =
        Map.ofEntries(
            entry("server-header", "demofusion"),
            entry("transparent-head-requests", true),
            entry("max-connections", limits.connections()),
            entry("backlog", BACKLOG),
            entry("idle-timeout", millis(limits.idle())),
            // A worker that says nothing is the keeper of links' business; proxies are told too.
            entry("websocket.periodic-keep-alive-max-idle", millis(limits.heartbeat())),
            entry("request-timeout", millis(requestTimeout(limits))),
            entry("remote-address-attribute", true),
            entry("parsing.max-content-length", HttpLimits.BODY_BYTES),
            // As long as a header may be: providers that sign people in write codes of 2 KiB.
            entry("parsing.max-uri-length", "8k"),
            // Read in WholeHeaders.
            entry("parsing.modeled-header-parsing", false),
            // The warnings quote the header, and that may be a token's.
            entry("parsing.illegal-header-warnings", false),
            entry("parsing.error-handler", ProblemParsingErrors.class.getName()));
    Config server = ConfigFactory.parseMap(own).atPath("pekko.http.server");
    return ServerSettings.create(server.withFallback(system.settings().config()));
  }

  /**
   * Longer than several questions to the farm in a row, and than a new job waits for a model: those
   * say better what is wrong.
   */
  private static Duration requestTimeout(HttpLimits limits) {
    Duration questions = limits.answer().multipliedBy(4);
    Duration model = limits.toAwaitModel().plus(limits.answer());
    return questions.compareTo(model) > 0 ? questions : model;
  }

  private static String millis(Duration time) {
    return time.toMillis() + " ms";
  }
}
