package demofusion.deploy.config;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Everything that a node of the farm, and who asks it, can be told. Each has a key in the
 * configuration file (under {@code demofusion}), an option on the command line, and a variable of
 * the environment made of the key; {@code demofusion-defaults.conf} has the defaults and says what
 * each of them means.
 */
public enum Setting {
  DATA("coordinator.data", "--data"),
  COORDINATOR_BIND("coordinator.bind", "--bind"),
  COORDINATOR_ADVERTISE("coordinator.advertise", "--advertise"),
  HTTP("coordinator.http", "--http"),
  TOKENS("coordinator.tokens", "--tokens"),
  TRUSTED_PROXIES("coordinator.trusted-proxies", "--trusted-proxies"),
  OIDC_ISSUER("coordinator.oidc.issuer", "--oidc-issuer"),
  OIDC_CLIENT("coordinator.oidc.client", "--oidc-client"),
  OIDC_CLIENT_SECRET("coordinator.oidc.client-secret-file", "--oidc-client-secret-file"),
  OIDC_GROUPS_CLAIM("coordinator.oidc.groups-claim", "--oidc-groups-claim"),
  OIDC_ROLES("coordinator.oidc.roles", "--oidc-role"),
  OIDC_USER_CLAIM("coordinator.oidc.user-claim", "--oidc-user-claim"),
  OIDC_SCOPE("coordinator.oidc.scope", "--oidc-scope"),
  PUBLIC_URL("coordinator.public-url", "--public-url"),
  COORDINATOR_METRICS("coordinator.metrics", "--metrics"),
  OTLP("coordinator.otlp", "--otlp"),
  TRACE_SAMPLE("coordinator.trace-sample", "--trace-sample"),
  OTLP_HEADERS("coordinator.otlp-headers", "--otlp-header", "OTEL_EXPORTER_OTLP_HEADERS"),
  JOBS_AT_ONCE("coordinator.jobs-at-once", "--jobs-at-once"),
  AUDIT("coordinator.audit", "--audit"),
  KEEP_AGE("coordinator.retention.age", "--keep-age"),
  KEEP_COUNT("coordinator.retention.count", "--keep-count"),
  KEEP_BYTES("coordinator.retention.bytes", "--keep-bytes"),
  LIMIT_JOBS("coordinator.limits.jobs", "--limit-jobs"),
  LIMIT_JOBS_OF_ONE("coordinator.limits.jobs-of-one", "--limit-jobs-of-one"),
  LIMIT_BODY("coordinator.limits.body", "--limit-body"),
  LIMIT_PIXELS("coordinator.limits.pixels", "--limit-pixels"),
  LIMIT_REQUEST_PIXELS("coordinator.limits.request-pixels", "--limit-request-pixels"),
  LIMIT_MODELS("coordinator.limits.models", "--limit-models"),
  LIMIT_MODEL_FILE("coordinator.limits.model-file", "--limit-model-file"),
  WEBHOOK_HOSTS("coordinator.webhook.hosts", "--webhook-host"),
  WEBHOOK_SECRET("coordinator.webhook.secret", "--webhook-secret"),
  HOOK("coordinator.hook", "--hook"),
  RESULTS("coordinator.results.to", "--results"),
  S3_ENDPOINT("coordinator.results.endpoint", "--s3-endpoint"),
  S3_REGION("coordinator.results.region", "--s3-region"),
  KEEP_LOCAL("coordinator.results.keep-local", "--keep-local"),

  JOIN("worker.join", "--join"),
  WORKER_BIND("worker.bind", "--bind"),
  WORKER_ADVERTISE("worker.advertise", "--advertise"),
  WORKER_NAME("worker.name", "--name"),
  SELFTEST("worker.selftest", "--selftest"),
  SELFTEST_EVERY("worker.selftest-every", "--selftest-every"),
  WHEN("worker.when", "--when"),
  YIELD_TO("worker.yield-to", "--yield-to"),
  LEAVE_ON("worker.leave-on", "--leave-on"),
  UNLOAD_AFTER("worker.unload-after", "--unload-after"),
  WORKER_METRICS("worker.metrics", "--metrics"),
  WORKER_TOKEN_FILE("worker.token-file", "--token-file"),
  WORKER_AUTHORITY("worker.ca", "--ca"),
  WORKER_API("worker.api", "--api"),
  CACHE("worker.cache", "--cache"),
  CACHE_SIZE("worker.cache-size", "--cache-size"),
  MODEL("model", "--model"),
  MODEL_CONFIG("worker.model-config", "--model-config"),
  VAE("worker.vae", "--vae"),
  DEVICE("worker.device", "--device"),
  PRECISION("worker.precision", "--precision"),
  MEMORY("worker.memory", "--memory"),
  WEIGHTS("worker.weights", "--weights"),
  FAST_ACCUMULATION("worker.fast-accumulation", "--fast-accumulation"),

  FARM("client.coordinator", "--coordinator", "DEMOFUSION_COORDINATOR"),
  TOKEN_FILE("client.token-file", "--token-file"),
  AUTHORITY("client.ca", "--ca", "DEMOFUSION_CA"),

  TLS("security.tls", "--tls"),
  SECRET("security.secret", "--secret"),
  INSECURE("security.insecure", "--insecure"),
  LARGEST_MESSAGE("largest-message", "--largest-message"),
  LOG_FORMAT("log-format", "--log-format");

  /** What a coordinator reads. */
  public static final List<Setting> OF_COORDINATOR =
      Arrays.stream(values())
          .filter(each -> !each.key.matches("(worker|client)\\..*|model"))
          .toList();

  /** What a worker reads. */
  public static final List<Setting> OF_WORKER =
      Arrays.stream(values())
          .filter(each -> !each.key.matches("(coordinator|client)\\..*"))
          .toList();

  private final String key;
  private final String option;
  private final String variable;

  Setting(String key, String option) {
    this(
        key,
        option,
        "DEMOFUSION_" + key.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_'));
  }

  Setting(String key, String option, String variable) {
    this.key = key;
    this.option = option;
    this.variable = variable;
  }

  /** Its place in the configuration file, under {@code demofusion}. */
  public String key() {
    return key;
  }

  /** Its name on the command line. */
  public String option() {
    return option;
  }

  /** Its name in the environment. */
  public String variable() {
    return variable;
  }

  /** Whether its value lets somebody in, and is shown to nobody. */
  boolean isSecret() {
    return this == OTLP_HEADERS;
  }

  static Optional<Setting> ofKey(String key) {
    return Arrays.stream(values()).filter(each -> each.key.equals(key)).findFirst();
  }
}
