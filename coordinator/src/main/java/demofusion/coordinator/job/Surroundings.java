package demofusion.coordinator.job;

import demofusion.coordinator.store.Disk;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.random.RandomGenerator;

/**
 * What the keeper finds around it.
 *
 * @param heapBytes that the latents of all running jobs may take together
 */
public record Surroundings(Clock clock, Disk disk, RandomGenerator random, long heapBytes) {
  /** This machine. */
  public static Surroundings real() {
    return new Surroundings(
        Clock.systemUTC(), Disk.REAL, new SecureRandom(), Runtime.getRuntime().maxMemory());
  }
}
