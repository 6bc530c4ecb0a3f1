package demofusion.coordinator.job;

import demofusion.coordinator.library.ModelLibrary;
import demofusion.coordinator.render.FarmObserver;
import demofusion.coordinator.store.Disk;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.random.RandomGenerator;

/**
 * What the keeper depends on of its node.
 *
 * @param heapBytes that the latents of all running jobs may take together
 * @param observer is notified of what becomes of them
 * @param library of the files that requests name
 */
public record JobEnvironment(
    Clock clock,
    Disk disk,
    RandomGenerator random,
    long heapBytes,
    FarmObserver observer,
    ModelLibrary library) {
  /** Where nobody listens, and nothing can be named. */
  public JobEnvironment(Clock clock, Disk disk, RandomGenerator random, long heapBytes) {
    this(clock, disk, random, heapBytes, FarmObserver.NONE, ModelLibrary.empty());
  }

  /** This machine. */
  public static JobEnvironment real() {
    return new JobEnvironment(
        Clock.systemUTC(), Disk.REAL, new SecureRandom(), Runtime.getRuntime().maxMemory());
  }

  public JobEnvironment observedBy(FarmObserver listener) {
    return new JobEnvironment(clock, disk, random, heapBytes, listener, library);
  }

  public JobEnvironment with(ModelLibrary files) {
    return new JobEnvironment(clock, disk, random, heapBytes, observer, files);
  }
}
