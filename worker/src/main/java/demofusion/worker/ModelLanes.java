package demofusion.worker;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.FailureCode;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The threads on which the model runs: as many as it has lanes, each kept for as long as the worker
 * lives, since libtorch warms up thread by thread. No actor ever runs on them.
 */
final class ModelLanes implements Executor, AutoCloseable {
  private final ExecutorService threads;

  ModelLanes(String worker, int count) {
    AtomicInteger number = new AtomicInteger();
    this.threads =
        Executors.newFixedThreadPool(
            count,
            task -> {
              Thread thread = new Thread(task, worker + "-lane-" + number.incrementAndGet());
              thread.setDaemon(true);
              return thread;
            });
  }

  /** What a task that nobody waits for cannot do since the process is ending is left undone. */
  @Override
  public void execute(Runnable task) {
    threads.execute(
        () -> {
          try {
            task.run();
          } catch (DemofusionException e) {
            if (e.code() != FailureCode.CANCELLED) {
              throw e;
            }
          }
        });
  }

  /** Lets go of what has not begun; a forward that runs cannot be stopped and ends by itself. */
  @Override
  public void close() {
    threads.shutdownNow();
  }
}
