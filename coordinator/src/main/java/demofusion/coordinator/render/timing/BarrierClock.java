package demofusion.coordinator.render.timing;

import java.util.HashMap;
import java.util.Map;

/**
 * Measures what is lost at the end of a timestep: each worker that took part has nothing more to do
 * for it from its own last answer until the last answer of all. (With other jobs there, it does
 * their batches meanwhile; lost it is to this picture only.)
 */
public final class BarrierClock {
  private final Map<String, Long> lastAnswers = new HashMap<>();
  private long begun;

  /** A timestep's view batches are handed out. */
  public void scattered(long now) {
    lastAnswers.clear();
    begun = now;
  }

  public void answered(String worker, long now) {
    lastAnswers.put(worker, now);
  }

  /** How many have answered since. */
  public int workers() {
    return lastAnswers.size();
  }

  /**
   * All view batches have come back.
   *
   * @return the part of the workers' time that was lost, all of them together: 0 to 1
   */
  public double share(long now) {
    if (lastAnswers.isEmpty() || now <= begun) {
      return 0;
    }
    double lost = 0;
    for (long last : lastAnswers.values()) {
      lost += now - last;
    }
    return lost / ((double) (now - begun) * lastAnswers.size());
  }
}
