package demofusion.worker.nvml;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Asks a GPU on a thread of its own, one question of a kind at a time: a driver that hangs, as it
 * does when a card falls off the bus, must not take the node's metrics with it, nor its work.
 */
final class PatientGpu implements Gpu {
  /** Of work, which waits twice for an answer. */
  private static final Duration AT_ONCE = Duration.ofMillis(50);

  private final Gpu gpu;
  private final Duration patience;
  private final Question<Optional<Reading>> reading = new Question<>();
  private final Question<OptionalDouble> energy = new Question<>();
  private final Question<OptionalDouble> power = new Question<>();

  PatientGpu(Gpu gpu, Duration patience) {
    this.gpu = gpu;
    this.patience = patience;
  }

  @Override
  public Identity identity() {
    return gpu.identity();
  }

  @Override
  public Optional<Reading> now() {
    return reading.ask(gpu::now, Optional.empty(), patience);
  }

  @Override
  public OptionalDouble joules() {
    return energy.ask(gpu::joules, OptionalDouble.empty(), AT_ONCE);
  }

  @Override
  public OptionalDouble watts() {
    return power.ask(gpu::watts, OptionalDouble.empty(), AT_ONCE);
  }

  private static final class Question<T> {
    private @Nullable FutureTask<T> open;

    synchronized T ask(Callable<T> question, T noAnswer, Duration patience) {
      if (open != null && !open.isDone()) {
        return noAnswer; // still not answered: one thread waits for it, not one more
      }
      FutureTask<T> asked = new FutureTask<>(question);
      open = asked;
      Thread asks = new Thread(asked, "gpu-monitor");
      asks.setDaemon(true);
      asks.start();
      try {
        return asked.get(patience.toMillis(), TimeUnit.MILLISECONDS);
      } catch (TimeoutException | ExecutionException e) {
        return noAnswer;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return noAnswer;
      }
    }
  }
}
