package demofusion.coordinator.job;

import demofusion.coordinator.render.FarmObserver;
import demofusion.coordinator.store.Disk;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.random.RandomGenerator;

/**
 * What the keeper finds around it.
 *
 * @param heapBytes that the latents of all running jobs may take together
 * @param observer hears what becomes of them
 */
public record Surroundings(
    Clock clock, Disk disk, RandomGenerator random, long heapBytes, FarmObserver observer) {
  /** Where nobody listens. */
  public Surroundings(Clock clock, Disk disk, RandomGenerator random, long heapBytes) {
    this(clock, disk, random, heapBytes, FarmObserver.NONE);
  }

  /** This machine. */
  public static Surroundings real() {
    return new Surroundings(
        Clock.systemUTC(), Disk.REAL, new SecureRandom(), Runtime.getRuntime().maxMemory());
  }

  public Surroundings observedBy(FarmObserver listener) {
    return new Surroundings(clock, disk, random, heapBytes, listener);
  }
}
