package demofusion.coordinator.metrics;

import demofusion.coordinator.usage.UsageObserver;
import io.prometheus.client.Counter;
import java.util.Set;
import java.util.TreeSet;

/** The series of accounts: of so many tokens one each, of all others one together. */
final class UsageSeries implements UsageObserver {
  static final int MOST_TOKENS = 50;
  static final String OTHERS = "others";
  private static final double NANOS = 1e9;

  private final Counter seconds;
  private final Set<String> tokens = new TreeSet<>();
  private final Set<String> devices = new TreeSet<>();

  UsageSeries(Registrar at) {
    seconds =
        at.counter(
            "usage_device_seconds_total",
            "Seconds that devices worked for the jobs of a token, by what became of the answers.",
            "token",
            "device",
            "use");
  }

  @Override
  public synchronized void used(String who, String device, String use, long nanos) {
    seconds.labels(bounded(tokens, who), bounded(devices, device), use).inc(nanos / NANOS);
  }

  private static String bounded(Set<String> known, String name) {
    return known.contains(name) || (known.size() < MOST_TOKENS && known.add(name)) ? name : OTHERS;
  }
}
