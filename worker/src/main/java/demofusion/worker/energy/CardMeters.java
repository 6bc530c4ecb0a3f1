package demofusion.worker.energy;

import demofusion.worker.nvml.Gpu;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The meters of the cards that one process uses, one for each card, however many of its workers
 * draw on it. Its thread is there only while power is sampled.
 */
public final class CardMeters {
  private static final long SECONDS_WITHOUT_WORK = 10;

  private final Map<String, CardMeter> byUuid = new ConcurrentHashMap<>();
  private final ScheduledThreadPoolExecutor sampling;

  public CardMeters() {
    sampling =
        new ScheduledThreadPoolExecutor(
            1,
            task -> {
              Thread thread = new Thread(task, "gpu-power");
              thread.setDaemon(true);
              return thread;
            });
    sampling.setRemoveOnCancelPolicy(true);
    sampling.setKeepAliveTime(SECONDS_WITHOUT_WORK, TimeUnit.SECONDS);
    sampling.allowCoreThreadTimeOut(true);
  }

  /**
   * A batch begins now on this card.
   *
   * @param gpu empty on a CPU; of a part of a card nobody can tell what it takes
   */
  public CardMeter.Batch begin(Optional<Gpu> gpu) {
    return gpu.filter(card -> card.identity().mig().isEmpty())
        .map(this::meter)
        .map(CardMeter::begin)
        .orElse(CardMeter.NOTHING);
  }

  private CardMeter meter(Gpu gpu) {
    return byUuid.computeIfAbsent(
        gpu.identity().uuid(), uuid -> new CardMeter(gpu, System::nanoTime, this::every));
  }

  private Runnable every(Runnable sample) {
    long millis = CardMeter.EVERY.toMillis();
    ScheduledFuture<?> samples =
        sampling.scheduleWithFixedDelay(sample, millis, millis, TimeUnit.MILLISECONDS);
    return () -> samples.cancel(false);
  }
}
