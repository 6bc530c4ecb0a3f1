package demofusion.coordinator.dispatch.ledger;

import java.util.EnumMap;
import java.util.Map;

/**
 * How long leases of a worker are on their way, there and back: an exponential average for each
 * kind of work, in nanoseconds. Each kind has its own, since a decoded VAE tile has many times the
 * bytes of a noise prediction: what the last picture's tiles waited for the network says little of
 * the next one's forwards.
 */
final class WireTimes {
  private static final double WEIGHT = 0.3;

  /**
   * One hiccup, such as a coordinator that stood still while answers came, does not brand a worker:
   * an answer counts as at most so many times longer on its way than is known, or as {@link
   * #HICCUP} nanoseconds.
   */
  private static final double MOST_SLOWER = 3;

  private static final double HICCUP = 0.25e9;

  private final Map<WorkKind, Double> nanos = new EnumMap<>(WorkKind.class);

  void learn(WorkKind kind, double seen) {
    double known = nanos.getOrDefault(kind, 0.0);
    double counted = Math.min(Math.max(0.0, seen), Math.max(MOST_SLOWER * known, HICCUP));
    nanos.put(kind, known + WEIGHT * (counted - known));
  }

  /**
   * 0 for a kind that never came, whatever is known of others: so the worker is tried with it, and
   * not left out for a text that was slow to go out when all was cold.
   */
  double nanos(WorkKind kind) {
    return nanos.getOrDefault(kind, 0.0);
  }
}
