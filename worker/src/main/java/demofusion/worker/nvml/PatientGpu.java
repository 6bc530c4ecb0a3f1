package demofusion.worker.nvml;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Asks a GPU on a thread of its own, one question at a time: a driver that hangs, as it does when a
 * card falls off the bus, must not take the node's metrics with it.
 */
final class PatientGpu implements Gpu {
  private final Gpu gpu;
  private final Duration patience;
  private @Nullable FutureTask<Optional<Reading>> open;

  PatientGpu(Gpu gpu, Duration patience) {
    this.gpu = gpu;
    this.patience = patience;
  }

  @Override
  public Identity identity() {
    return gpu.identity();
  }

  @Override
  public synchronized Optional<Reading> now() {
    if (open != null && !open.isDone()) {
      return Optional.empty(); // still not answered: one thread waits for it, not one more
    }
    FutureTask<Optional<Reading>> question = new FutureTask<>(gpu::now);
    open = question;
    Thread asks = new Thread(question, "gpu-monitor");
    asks.setDaemon(true);
    asks.start();
    try {
      return question.get(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException | ExecutionException e) {
      return Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }
}
