package demofusion.deploy.node;

import demofusion.deploy.config.NodeAddress;
import demofusion.deploy.config.Setting;
import demofusion.deploy.config.Settings;
import demofusion.protocol.DemofusionException;
import java.nio.file.Path;
import java.util.Optional;

/** What a coordinator is told, checked. */
public record CoordinatorSettings(
    Path data,
    Endpoint endpoint,
    FarmSecurity security,
    NodeAddress http,
    Optional<Path> tokens,
    int jobsAtOnce) {
  private static final int MOST_JOBS_AT_ONCE = 64;

  /**
   * @throws DemofusionException BAD_REQUEST if something is missing, cannot be, or is not safe
   */
  public static CoordinatorSettings of(Settings settings) {
    Path data =
        settings
            .path(Setting.DATA)
            .orElseThrow(
                () ->
                    DemofusionException.badRequest(
                        "no data folder: name the one that holds the jobs with --data DIR"));
    CoordinatorSettings coordinator =
        new CoordinatorSettings(
            data,
            Endpoint.of(settings, Setting.COORDINATOR_BIND, Setting.COORDINATOR_ADVERTISE, ""),
            FarmSecurity.of(settings),
            settings.address(Setting.HTTP),
            settings.path(Setting.TOKENS),
            settings.number(Setting.JOBS_AT_ONCE, 1, MOST_JOBS_AT_ONCE));
    coordinator.security.require(coordinator.endpoint);
    coordinator.security.requireForHttp(coordinator.http, coordinator.tokens);
    return coordinator;
  }
}
