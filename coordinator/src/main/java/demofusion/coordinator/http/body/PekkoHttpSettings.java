package demofusion.coordinator.http.body;

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
        Map.of(
            "server-header",
            "demofusion",
            "transparent-head-requests",
            true,
            "max-connections",
            limits.connections(),
            "backlog",
            BACKLOG,
            "idle-timeout",
            millis(limits.idle()),
            "request-timeout",
            millis(requestTimeout(limits)),
            "remote-address-attribute",
            true,
            "parsing.max-content-length",
            HttpLimits.BODY_BYTES,
            // The warnings quote the header, and that may be a token's.
            "parsing.illegal-header-warnings",
            false,
            "parsing.error-handler",
            ProblemParsingErrors.class.getName());
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
