package demofusion.worker.model;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.FailureCode;
import demofusion.protocol.model.ModelCard;
import demofusion.protocol.work.Asset;
import demofusion.protocol.work.AssetId;
import demofusion.protocol.work.Work;
import demofusion.protocol.work.WorkResult;
import demofusion.worker.nvml.Gpu;
import java.time.Duration;
import java.util.Collection;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A model that leaves its device when it is told to rest, or after so much time without work, and
 * is loaded again for the next. It stays what it was: its card is the same, and its weights are
 * still in the machine's page cache where there is room, so that it comes back faster than it came.
 */
public final class ReloadedModel implements DiffusionModel {
  private static final Logger LOG = LoggerFactory.getLogger(ReloadedModel.class);
  private static final int LOOKS = 10; // in the time without work

  private final Supplier<? extends DiffusionModel> load;
  private final ReadWriteLock turn = new ReentrantReadWriteLock(true); // written by who loads
  private final @Nullable Duration unloadAfter;
  private final LongSupplier clock;
  private final @Nullable ScheduledExecutorService watch;
  private volatile DiffusionModel model; // closed while it rests: it still knows its device
  private volatile boolean isResting;
  private volatile long usedAt;
  private boolean isClosed;
  private volatile LoraStatistics earlier = LoraStatistics.NONE; // of those that left

  /**
   * Loads it for the first time.
   *
   * @param load may be called again and again, from any thread
   * @param unloadAfter time without work after which it leaves; null: it stays
   */
  public ReloadedModel(Supplier<? extends DiffusionModel> load, @Nullable Duration unloadAfter) {
    this(load, unloadAfter, System::nanoTime);
  }

  ReloadedModel(
      Supplier<? extends DiffusionModel> load, @Nullable Duration unloadAfter, LongSupplier clock) {
    this.load = load;
    this.unloadAfter = unloadAfter;
    this.clock = clock;
    this.model = load.get();
    this.usedAt = clock.getAsLong();
    this.watch = unloadAfter == null ? null : watch(unloadAfter);
  }

  private ScheduledExecutorService watch(Duration time) {
    ScheduledExecutorService timer =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread thread = new Thread(task, "model-unloading");
              thread.setDaemon(true);
              return thread;
            });
    long every = Math.max(1, time.toMillis() / LOOKS);
    ScheduledFuture<?> unused =
        timer.scheduleWithFixedDelay(this::look, every, every, TimeUnit.MILLISECONDS);
    return timer;
  }

  /** An exception would be the last that the timer does. */
  private void look() {
    try {
      restIfIdle();
    } catch (RuntimeException e) {
      LOG.error("event=model-unload-failed model={}", card().name(), e);
    }
  }

  /** Lets it rest if there was no work for long enough. */
  void restIfIdle() {
    Duration time = unloadAfter;
    if (time != null && isIdleFor(time)) {
      leave(() -> isIdleFor(time), "nothing to do for " + time.toSeconds() + " s");
    }
  }

  private boolean isIdleFor(Duration time) {
    return clock.getAsLong() - usedAt >= time.toNanos();
  }

  @Override
  public void rest() {
    leave(() -> true, "asked to rest");
  }

  /**
   * Waits for work that is under way.
   *
   * @param stillThen asked after that
   */
  private void leave(BooleanSupplier stillThen, String reason) {
    turn.writeLock().lock();
    try {
      if (isResting || isClosed || !stillThen.getAsBoolean()) {
        return;
      }
      LoraStatistics now = loras();
      earlier = new LoraStatistics(0, 0, now.merges(), now.mergeSeconds());
      isResting = true;
      model.close();
      LOG.info("event=model-unloaded model={} reason=\"{}\"", card().name(), reason);
    } finally {
      turn.writeLock().unlock();
    }
  }

  @Override
  public void ready() {
    if (!isResting) {
      return;
    }
    turn.writeLock().lock();
    try {
      if (isClosed) {
        throw new DemofusionException(FailureCode.CANCELLED, "the model is closed");
      }
      if (!isResting) {
        return;
      }
      long begun = System.nanoTime();
      DiffusionModel loaded = load.get();
      if (!loaded.card().equals(card())) {
        loaded.close();
        throw new DemofusionException(
            FailureCode.DEVICE_ERROR,
            "the files of model %s are others than when the worker began; start it again"
                .formatted(card().name()));
      }
      model = loaded;
      isResting = false;
      LOG.info(
          "event=model-reloaded model={} seconds={}",
          card().name(),
          TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun) / 1000.0);
    } finally {
      usedAt = clock.getAsLong();
      turn.writeLock().unlock();
    }
  }

  @Override
  public boolean isResting() {
    return isResting;
  }

  private <R> R work(Function<DiffusionModel, R> work) {
    while (true) {
      ready();
      turn.readLock().lock();
      try {
        if (!isResting) { // or it left again meanwhile
          return work.apply(model);
        }
      } finally {
        usedAt = clock.getAsLong();
        turn.readLock().unlock();
      }
    }
  }

  @Override
  public ModelCard card() {
    return model.card();
  }

  @Override
  public int lanes(int threads) {
    return model.lanes(threads);
  }

  @Override
  public WorkResult.EncodedText encodeText(Work.EncodeText work) {
    return work(model -> model.encodeText(work));
  }

  @Override
  public WorkResult.EncodedPicture encodePicture(Work.EncodePicture work) {
    return work(model -> model.encodePicture(work));
  }

  @Override
  public WorkResult.EncodedImage encodeImage(Work.EncodeImage work) {
    return work(model -> model.encodeImage(work));
  }

  @Override
  public WorkResult.NoisePrediction predictNoise(Work.PredictNoise work, JobAssets assets) {
    return work(model -> model.predictNoise(work, assets));
  }

  @Override
  public WorkResult.SurveyedLatent survey(Work.SurveyLatent work) {
    return work(model -> model.survey(work));
  }

  @Override
  public WorkResult.DecodedPixels decode(
      Work.DecodeLatent work, Asset.@Nullable DecoderSurvey survey) {
    return work(model -> model.decode(work, survey));
  }

  @Override
  public WorkResult.UpscaledPixels upscale(Work.UpscalePicture work) {
    return work(model -> model.upscale(work));
  }

  @Override
  public void letGo(Collection<AssetId> assets) {
    turn.readLock().lock();
    try {
      if (!isResting) {
        model.letGo(assets);
      }
    } finally {
      turn.readLock().unlock();
    }
  }

  @Override
  public Optional<DeviceMemory> memory() {
    return model.memory();
  }

  @Override
  public Optional<String> memoryNote() {
    return model.memoryNote();
  }

  @Override
  public Optional<Gpu> gpu() {
    return model.gpu();
  }

  @Override
  public LoraStatistics loras() {
    return isResting ? earlier : model.loras().after(earlier); // without waiting for anybody
  }

  @Override
  public void close() {
    if (watch != null) {
      watch.shutdownNow();
    }
    turn.writeLock().lock();
    try {
      if (!isClosed && !isResting) {
        model.close();
      }
      isClosed = true;
    } finally {
      turn.writeLock().unlock();
    }
  }
}
