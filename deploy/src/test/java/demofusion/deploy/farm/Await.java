package demofusion.deploy.farm;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waits for what other processes do, looking again and again. */
final class Await {
  private static final long LOOK_NANOS = Duration.ofMillis(40).toNanos();

  /** Enough for some processes that start, on a machine that is busy. */
  static final Duration LONG = Duration.ofMinutes(2);

  private Await() {}

  /**
   * @param what in words, for the failure
   * @param state said with it, for example a log
   */
  static void until(
      String what, Duration patience, BooleanSupplier condition, Supplier<String> state) {
    long deadline = System.nanoTime() + patience.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("not within " + patience + ": " + what + "\n" + state.get());
      }
      LockSupport.parkNanos(LOOK_NANOS);
    }
  }
}
