package demofusion.coordinator.dispatch.ledger;

import java.time.Duration;

/**
 * How long a worker takes to load its model again after that left the device: because the worker
 * was paused, or after some time without work, which is the worker's own affair ({@code
 * --unload-after}). Learnt from what its first batch waited then, with nothing before it. Times are
 * in nanoseconds.
 */
final class Reload {
  /** Less is a busy machine's. */
  private static final long LEAST = Duration.ofSeconds(1).toNanos();

  private double nanos;
  private long afterIdle = Long.MAX_VALUE; // the shortest after which it was off
  private boolean isOff;

  /** It is told to take its model off the device. */
  void rests() {
    isOff = true;
  }

  /** How long its next batch would wait for the model, if it came after so long without work. */
  double expected(long idle) {
    return isOff || idle >= afterIdle ? nanos : 0;
  }

  /**
   * The first batch after some time without work was answered.
   *
   * @param waited between its arrival and its beginning
   */
  void learn(long idle, long waited) {
    if (waited >= LEAST) {
      nanos = waited;
      if (!isOff) {
        afterIdle = Math.min(afterIdle, idle);
      }
    } else if (idle >= afterIdle) {
      afterIdle = idle + 1; // that was something else
    }
    isOff = false;
  }
}
