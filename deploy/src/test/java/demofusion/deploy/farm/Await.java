package demofusion.deploy.farm;

import java.lang.management.ManagementFactory;
import java.lang.management.OperatingSystemMXBean;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waits for what other processes do, looking again and again. */
final class Await {
  private static final long LOOK_NANOS = Duration.ofMillis(40).toNanos();

  /** Enough for some processes that start, on a machine that is busy. */
  static final Duration LONG = Duration.ofMinutes(2);

  /** Processor time that is asked for, of what there is, from which on a machine is very busy. */
  private static final double BUSY = 2;

  private Await() {}

  /**
   * How long what takes at most so long may take on this machine as it is now: with many times more
   * to do than it has cores, everything takes as many times longer, up to ten times.
   */
  static Duration onThisMachine(Duration most) {
    OperatingSystemMXBean system = ManagementFactory.getOperatingSystemMXBean();
    double asked = system.getSystemLoadAverage() / system.getAvailableProcessors();
    double longer = Math.max(1, Math.min(10, asked / BUSY));
    return Duration.ofNanos(Math.round(most.toNanos() * longer));
  }

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
      if (Thread.interrupted()) { // by JUnit, whose patience with a whole test is over
        throw new AssertionError("still not: " + what + "\n" + state.get());
      }
      LockSupport.parkNanos(LOOK_NANOS);
    }
  }
}
