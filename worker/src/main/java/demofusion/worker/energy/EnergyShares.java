package demofusion.worker.energy;

import java.util.HashMap;
import java.util.Map;

/**
 * Divides what a card takes among the batches that are on it at the time, in equal parts: so what
 * batches are told adds up to what the card took while there was any. Pure.
 */
final class EnergyShares {
  private final Map<Long, Double> joules = new HashMap<>(); // of batches that are on the card

  boolean isIdle() {
    return joules.isEmpty();
  }

  void begin(long batch) {
    joules.put(batch, 0.0);
  }

  /**
   * The card took so much since the last call, or since the first batch began.
   *
   * @param more NaN where that is not known; then it is not known of any batch that was on it
   */
  void add(double more) {
    double part = more / joules.size();
    joules.replaceAll((batch, before) -> before + part);
  }

  /**
   * @return what it took, in joules; NaN if a part of it is not known
   */
  double end(long batch) {
    Double its = joules.remove(batch);
    return its == null ? Double.NaN : its;
  }
}
