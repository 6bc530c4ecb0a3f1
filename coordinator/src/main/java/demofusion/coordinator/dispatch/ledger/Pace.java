package demofusion.coordinator.dispatch.ledger;

import java.util.EnumMap;
import java.util.Map;

/**
 * How long a worker takes for each kind of work: an exponential average over its recent batches, in
 * nanoseconds per unit of effort. One hiccup, such as a process that was stopped for a while, does
 * not brand it: a batch counts as at most three times slower than what is known. A fast batch
 * proves more than a slow one, and weighs more.
 */
final class Pace {
  private static final double WEIGHT_OF_SLOWER = 0.3;
  private static final double WEIGHT_OF_FASTER = 0.5;
  private static final double MOST_SLOWER = 3;

  private final Map<WorkKind, Double> nanosPerEffort = new EnumMap<>(WorkKind.class);

  void learn(BatchTerms batch, long nanos) {
    double seen = Math.max(1, nanos) / batch.effort();
    nanosPerEffort.merge(
        batch.kind(),
        seen,
        (known, now) ->
            now < known
                ? known + WEIGHT_OF_FASTER * (now - known)
                : known + WEIGHT_OF_SLOWER * (Math.min(now, MOST_SLOWER * known) - known));
  }

  /** Nanoseconds per unit of effort; 0 if not known yet. */
  double nanos(WorkKind kind) {
    return nanosPerEffort.getOrDefault(kind, 0.0);
  }
}
