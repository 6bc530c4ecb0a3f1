package demofusion.coordinator.job;

import demofusion.coordinator.budget.Budgets;
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
 * @param budgets of those who ask
 */
public record JobEnvironment(
    Clock clock,
    Disk disk,
    RandomGenerator random,
    long heapBytes,
    FarmObserver observer,
    ModelLibrary library,
    Budgets budgets) {
  /** Where nobody listens, and nothing can be named. */
  public JobEnvironment(Clock clock, Disk disk, RandomGenerator random, long heapBytes) {
    this(clock, disk, random, heapBytes, FarmObserver.NONE, ModelLibrary.empty(), Budgets.none());
  }

  /** This machine. */
  public static JobEnvironment real() {
    return new JobEnvironment(
        Clock.systemUTC(), Disk.REAL, new SecureRandom(), Runtime.getRuntime().maxMemory());
  }

  public JobEnvironment observedBy(FarmObserver listener) {
    return new JobEnvironment(clock, disk, random, heapBytes, listener, library, budgets);
  }

  public JobEnvironment with(ModelLibrary files) {
    return new JobEnvironment(clock, disk, random, heapBytes, observer, files, budgets);
  }

  public JobEnvironment with(Budgets allowed) {
    return new JobEnvironment(clock, disk, random, heapBytes, observer, library, allowed);
  }
}
