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
            // Longer than several questions to the farm in a row, which say better what is wrong.
            "request-timeout",
            millis(limits.answer().multipliedBy(4)),
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

  private static String millis(Duration time) {
    return time.toMillis() + " ms";
  }
}
