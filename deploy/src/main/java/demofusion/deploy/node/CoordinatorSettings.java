package demofusion.deploy.node;

import demofusion.coordinator.dispatch.audit.AuditShare;
import demofusion.coordinator.http.server.HttpSettings;
import demofusion.coordinator.job.JobSettings;
import demofusion.coordinator.library.store.StoreLimits;
import demofusion.coordinator.results.ResultsSettings;
import demofusion.coordinator.trace.otlp.OtlpSettings;
import demofusion.deploy.config.NodeAddress;
import demofusion.deploy.config.PortRange;
import demofusion.deploy.config.Setting;
import demofusion.deploy.config.Settings;
import demofusion.protocol.DemofusionException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What a coordinator is told, checked.
 *
 * @param audits which units are drawn twice
 * @param results where finished pictures go; empty: they stay here
 * @param metrics where they are shown; empty: nowhere
 * @param otlp where jobs' traces are sent to; empty: nowhere
 */
public record CoordinatorSettings(
    Path data,
    ListeningAddress endpoint,
    FarmSecurity security,
    HttpSettings http,
    JobSettings jobs,
    AuditShare audits,
    StoreLimits store,
    Optional<ResultsSettings> results,
    Optional<PortRange> metrics,
    Optional<OtlpSettings> otlp) {
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
                        "no data folder: choose a folder for the jobs with --data DIR"));
    ListeningAddress endpoint =
        ListeningAddress.of(settings, Setting.COORDINATOR_BIND, Setting.COORDINATOR_ADVERTISE, "");
    NodeAddress http = settings.address(Setting.HTTP);
    FarmSecurity security =
        FarmSecurity.of(
            settings, endpoint.advertised().host(), http.host(), FarmSystem.COORDINATOR);
    security.require(endpoint);
    security.requireForHttp(http, settings.path(Setting.TOKENS));
    return new CoordinatorSettings(
        data,
        endpoint,
        security,
        OperatorSettings.http(settings, security),
        OperatorSettings.jobs(settings),
        new AuditShare(settings.share(Setting.AUDIT)),
        OperatorSettings.store(settings),
        OperatorSettings.results(settings),
        settings.ports(Setting.COORDINATOR_METRICS),
        OperatorSettings.otlp(settings));
  }
}
