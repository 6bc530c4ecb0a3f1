package demofusion.deploy.node;

import demofusion.deploy.config.NodeAddress;
import demofusion.deploy.config.PortRange;
import demofusion.deploy.config.Setting;
import demofusion.deploy.config.Settings;
import demofusion.protocol.DemofusionException;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What a worker's node is told, checked.
 *
 * @param name for people, logs and reports
 * @param coordinators at least one
 * @param metrics where they are shown; empty: nowhere
 */
public record WorkerSettings(
    String name,
    List<NodeAddress> coordinators,
    ListeningAddress endpoint,
    FarmSecurity security,
    Optional<PortRange> metrics) {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,79}");

  public WorkerSettings {
    coordinators = List.copyOf(coordinators);
  }

  /**
   * @param byDefault the name where none is given
   * @throws DemofusionException BAD_REQUEST if something is missing, cannot be, or is not safe
   */
  public static WorkerSettings of(Settings settings, String byDefault) {
    List<NodeAddress> coordinators =
        settings.list(Setting.JOIN).stream()
            .map(text -> NodeAddress.parse(settings.name(Setting.JOIN), text))
            .toList();
    if (coordinators.isEmpty()) {
      throw DemofusionException.badRequest(
          "no coordinator given: set its address with --join HOST:PORT");
    }
    String name = settings.find(Setting.WORKER_NAME).orElse(byDefault);
    if (!NAME.matcher(name).matches()) {
      throw DemofusionException.badRequest(
          "%s \"%s\" must be 1 to 80 letters, digits, dots, dashes or underscores"
              .formatted(settings.name(Setting.WORKER_NAME), name));
    }
    String towards = coordinators.get(0).host();
    ListeningAddress endpoint =
        ListeningAddress.of(settings, Setting.WORKER_BIND, Setting.WORKER_ADVERTISE, towards);
    FarmSecurity security =
        FarmSecurity.of(settings, endpoint.advertised().host(), name, FarmSystem.WORKER);
    security.require(endpoint);
    return new WorkerSettings(
        name, coordinators, endpoint, security, settings.ports(Setting.WORKER_METRICS));
  }
}
