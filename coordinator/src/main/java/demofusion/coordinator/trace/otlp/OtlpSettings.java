package demofusion.coordinator.trace.otlp;

import demofusion.protocol.DemofusionException;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;

/**
 * Where spans go, and of which jobs.
 *
 * @param endpoint takes traces, as OTLP over HTTP
 * @param sample share of the jobs that are traced, 0 to 1; of those that a request's trace does not
 *     decide
 * @param patience with the collector, for one batch of spans
 * @param headers that its requests have
 */
public record OtlpSettings(URI endpoint, double sample, Duration patience, OtlpHeaders headers) {
  private static final String PATH = "/v1/traces";
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  /**
   * Reads an operator's words.
   *
   * @param name of the setting, for people
   * @param url of the collector; {@code /v1/traces} is added unless it ends so
   * @throws DemofusionException BAD_REQUEST if it is no URL of a collector
   */
  public static OtlpSettings parse(String name, String url, double sample) {
    URI base;
    try {
      base = new URI(url);
    } catch (URISyntaxException e) {
      throw refused(name, url);
    }
    boolean isWeb = "http".equals(base.getScheme()) || "https".equals(base.getScheme());
    if (!isWeb
        || base.getHost() == null
        || base.getRawQuery() != null
        || base.getRawFragment() != null
        || base.getRawUserInfo() != null) {
      throw refused(name, url);
    }
    String plain = url.replaceAll("/+$", "");
    return new OtlpSettings(
        URI.create(plain.endsWith(PATH) ? plain : plain + PATH),
        sample,
        PATIENCE,
        OtlpHeaders.NONE);
  }

  /** The same with other headers. */
  public OtlpSettings with(OtlpHeaders others) {
    return new OtlpSettings(endpoint, sample, patience, others);
  }

  private static DemofusionException refused(String name, String url) {
    return DemofusionException.badRequest(
        "%s %s is not the address of a collector: give http://HOST:4318 or https://HOST[/PATH]"
            .formatted(name, url));
  }
}
