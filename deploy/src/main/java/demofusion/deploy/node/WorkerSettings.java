package demofusion.deploy.node;

import demofusion.deploy.config.NodeAddress;
import demofusion.deploy.config.PortRange;
import demofusion.deploy.config.Setting;
import demofusion.deploy.config.Settings;
import demofusion.protocol.DemofusionException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a worker's node is told, checked.
 *
 * @param name for people, logs and reports
 * @param uplink the way to its coordinator
 * @param largestMessage bytes that one message between nodes may have
 * @param selftest whether the device is checked before the worker joins
 * @param selftestEvery and how often from then on; empty: never
 * @param metrics where they are shown; empty: nowhere
 */
public record WorkerSettings(
    String name,
    Uplink uplink,
    int largestMessage,
    boolean selftest,
    Optional<Duration> selftestEvery,
    Optional<PortRange> metrics) {
  private static final Logger LOG = LoggerFactory.getLogger(WorkerSettings.class);
  private static final Duration OFTEN = Duration.ofSeconds(1);
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,79}");

  /** What only nodes need that others connect to. */
  private static final List<Setting> OF_LISTENERS =
      List.of(Setting.WORKER_BIND, Setting.WORKER_ADVERTISE, Setting.TLS, Setting.SECRET);

  /** What only workers need that dial. */
  private static final List<Setting> OF_DIALLERS =
      List.of(Setting.WORKER_TOKEN_FILE, Setting.WORKER_AUTHORITY);

  /**
   * @param byDefault the name where none is given
   * @throws DemofusionException BAD_REQUEST if something is missing, cannot be, or is not safe
   */
  public static WorkerSettings of(Settings settings, String byDefault) {
    List<String> addresses = settings.list(Setting.JOIN);
    if (addresses.isEmpty()) {
      throw DemofusionException.badRequest(
          "no coordinator given: set its address with --join HOST:PORT, or --join"
              + " https://HOST:PORT to connect through its API");
    }
    String name = settings.find(Setting.WORKER_NAME).orElse(byDefault);
    if (!NAME.matcher(name).matches()) {
      throw DemofusionException.badRequest(
          "%s \"%s\" must be 1 to 80 letters, digits, dots, dashes or underscores"
              .formatted(settings.name(Setting.WORKER_NAME), name));
    }
    return new WorkerSettings(
        name,
        uplink(settings, addresses, name),
        FarmSecurity.largestMessage(settings),
        settings.flag(Setting.SELFTEST),
        selftestEvery(settings),
        settings.ports(Setting.WORKER_METRICS));
  }

  private static Optional<Duration> selftestEvery(Settings settings) {
    Optional<Duration> every = settings.findDuration(Setting.SELFTEST_EVERY);
    if (every.filter(time -> time.compareTo(OFTEN) < 0).isPresent()) {
      throw DemofusionException.badRequest(
          "%s \"%s\" must be at least %s, or the worker would do nothing else"
              .formatted(
                  settings.name(Setting.SELFTEST_EVERY),
                  settings.text(Setting.SELFTEST_EVERY),
                  OFTEN.toSeconds() + "s"));
    }
    return every;
  }

  private static Uplink uplink(Settings settings, List<String> addresses, String name) {
    List<String> urls = addresses.stream().filter(each -> each.contains("://")).toList();
    if (urls.isEmpty()) {
      if (settings.find(Setting.WORKER_API).isEmpty()) {
        refuse(
            settings, OF_DIALLERS, "is for workers that join through the API", "https://HOST:PORT");
      }
      List<NodeAddress> coordinators =
          addresses.stream()
              .map(text -> NodeAddress.parse(settings.name(Setting.JOIN), text))
              .toList();
      return ArteryUplink.of(settings, coordinators, name);
    }
    if (addresses.size() > 1) {
      throw DemofusionException.badRequest(
          "%s \"%s\" must be one URL of a coordinator's API, or addresses HOST:PORT only"
              .formatted(settings.name(Setting.JOIN), String.join(",", addresses)));
    }
    refuse(
        settings,
        List.of(Setting.WORKER_API),
        "is for workers that others connect to",
        "HOST:PORT");
    refuse(settings, OF_LISTENERS, "is for workers that others connect to", "HOST:PORT");
    return DialOut.of(settings, urls.get(0));
  }

  /**
   * Refuses options that mean nothing on the way that was chosen. What a file or the environment
   * says for all of a farm's workers is only named: an image's settings serve both ways.
   */
  private static void refuse(Settings settings, List<Setting> others, String why, String join) {
    for (Setting each : others) {
      if (settings.isOption(each)) {
        throw DemofusionException.badRequest(
            "%s %s, with --join %s: leave it out, or join the other way"
                .formatted(each.option(), why, join));
      }
      if (settings.isGiven(each)) {
        LOG.info(
            "event=setting-unused setting=\"{}\" reason=\"{}\"",
            settings.name(each),
            "it " + why + ", with --join " + join);
      }
    }
  }
}
