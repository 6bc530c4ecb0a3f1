package demofusion.deploy.node;

import demofusion.coordinator.http.address.TrustedProxies;
import demofusion.coordinator.http.body.HttpLimits;
import demofusion.coordinator.http.server.HttpSettings;
import demofusion.coordinator.job.JobSettings;
import demofusion.coordinator.job.Limits;
import demofusion.coordinator.library.store.StoreLimits;
import demofusion.coordinator.notify.AllowedHosts;
import demofusion.coordinator.notify.NotifySettings;
import demofusion.coordinator.results.ResultsSettings;
import demofusion.coordinator.trace.otlp.OtlpHeaders;
import demofusion.coordinator.trace.otlp.OtlpSettings;
import demofusion.deploy.config.NodeAddress;
import demofusion.deploy.config.Setting;
import demofusion.deploy.config.Settings;
import demofusion.deploy.node.signin.ProviderSettings;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.api.Retention;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** What an operator wants of jobs and of the API, in the words of those who do it. */
final class OperatorSettings {
  private static final int MOST_AT_ONCE = 64;

  private OperatorSettings() {}

  static HttpSettings http(Settings settings, FarmSecurity security) {
    NodeAddress address = settings.address(Setting.HTTP);
    Optional<SSLContext> tls = security.serverContext(address);
    HttpLimits usual = HttpLimits.standard(tls.isPresent());
    HttpLimits limits =
        new HttpLimits(
            settings.bytes(Setting.LIMIT_BODY),
            usual.connections(),
            usual.idle(),
            usual.answer(),
            usual.arrival(),
            usual.heartbeat(),
            security.largestMessage());
    HttpSettings http =
        new HttpSettings(
            address.host(),
            address.port(),
            settings.path(Setting.TOKENS).orElse(null),
            tls.orElse(null),
            limits,
            TrustedProxies.parse(
                settings.name(Setting.TRUSTED_PROXIES), settings.text(Setting.TRUSTED_PROXIES)),
            ProviderSettings.of(settings).orElse(null));
    return http.checked();
  }

  static JobSettings jobs(Settings settings) {
    JobSettings usual = JobSettings.of(settings.number(Setting.JOBS_AT_ONCE, 1, MOST_AT_ONCE));
    Limits limits =
        new Limits(
            settings.number(Setting.LIMIT_JOBS, 1, Integer.MAX_VALUE),
            settings.number(Setting.LIMIT_JOBS_OF_ONE, 1, Integer.MAX_VALUE),
            settings.longNumber(Setting.LIMIT_PIXELS),
            usual.limits().sourcePixels(),
            settings.longNumber(Setting.LIMIT_REQUEST_PIXELS));
    Retention retention =
        new Retention(
            settings.findDuration(Setting.KEEP_AGE).orElse(null),
            settings.findNumber(Setting.KEEP_COUNT, 0, Integer.MAX_VALUE).orElse(null),
            settings.findBytes(Setting.KEEP_BYTES).orElse(null));
    return new JobSettings(usual.atOnce(), limits, retention, notices(settings), usual.pace());
  }

  static StoreLimits store(Settings settings) {
    return new StoreLimits(
        settings.bytes(Setting.LIMIT_MODEL_FILE), settings.bytes(Setting.LIMIT_MODELS));
  }

  static Optional<ResultsSettings> results(Settings settings) {
    Optional<String> location = settings.find(Setting.RESULTS);
    if (location.isEmpty() && settings.find(Setting.KEEP_LOCAL).isPresent()) {
      throw DemofusionException.badRequest(
          settings.name(Setting.KEEP_LOCAL)
              + " removes images that an object store has, and there is none: add --results"
              + " s3://BUCKET/PREFIX, or leave it out");
    }
    for (Setting other : List.of(Setting.S3_ENDPOINT, Setting.S3_REGION)) {
      if (location.isEmpty() && settings.find(other).isPresent()) {
        throw DemofusionException.badRequest(
            settings.name(other)
                + " says how to reach an object store, and there is none: add --results"
                + " s3://BUCKET/PREFIX, or leave it out");
      }
    }
    return location.map(
        text ->
            ResultsSettings.parse(
                    settings.name(Setting.RESULTS),
                    text,
                    settings.name(Setting.S3_ENDPOINT),
                    settings.find(Setting.S3_ENDPOINT).orElse(null),
                    settings.find(Setting.S3_REGION).orElse(null))
                .withKeepLocal(settings.findDuration(Setting.KEEP_LOCAL).orElse(null)));
  }

  static Optional<OtlpSettings> otlp(Settings settings) {
    double sample = settings.share(Setting.TRACE_SAMPLE);
    Optional<String> headers = settings.find(Setting.OTLP_HEADERS);
    Optional<String> address = settings.find(Setting.OTLP);
    String name = settings.name(Setting.OTLP_HEADERS);
    // The variable is of all programs that speak OTLP, whether or not this one is to.
    if (address.isEmpty() && headers.isPresent() && !name.equals(Setting.OTLP_HEADERS.variable())) {
      throw DemofusionException.badRequest(
          name
              + " says what a collector is sent, and there is none: add --otlp"
              + " http://HOST:4318, or leave it out");
    }
    return address
        .map(url -> OtlpSettings.parse(settings.name(Setting.OTLP), url, sample))
        .map(to -> headers.map(text -> to.with(OtlpHeaders.parse(name, text))).orElse(to));
  }

  private static NotifySettings notices(Settings settings) {
    Optional<String> command = settings.find(Setting.HOOK);
    return new NotifySettings(
        new AllowedHosts(settings.list(Setting.WEBHOOK_HOSTS)),
        secret(settings),
        command.map(line -> List.of(line.strip().split("\\s+"))).orElse(List.of()),
        NotifySettings.NONE.timeout());
  }

  private static @Nullable String secret(Settings settings) {
    Path file = settings.path(Setting.WEBHOOK_SECRET).orElse(null);
    if (file == null) {
      return null;
    }
    try {
      return Files.readString(file).strip();
    } catch (IOException e) {
      throw DemofusionException.badRequest(
          settings.name(Setting.WEBHOOK_SECRET) + " " + file + " cannot be read");
    }
  }
}
