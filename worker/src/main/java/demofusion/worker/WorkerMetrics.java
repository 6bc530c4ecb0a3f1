package demofusion.worker;

import demofusion.protocol.FailureCode;
import demofusion.protocol.model.ModelCard;
import demofusion.protocol.work.NetworkKind;
import demofusion.protocol.work.Work;
import demofusion.worker.energy.Energy;
import demofusion.worker.model.DeviceMemory;
import demofusion.worker.model.DiffusionModel;
import demofusion.worker.model.LoraStatistics;
import io.prometheus.client.CollectorRegistry;
import io.prometheus.client.Counter;
import io.prometheus.client.Gauge;
import io.prometheus.client.Histogram;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Every metric of a worker's node: names, labels, units (its GPU's in {@link GpuMetrics}). A node
 * has one worker for each model on its device; they, and so their series, stay as long as the
 * process lives, whatever becomes of the actors.
 *
 * <p>Kinds are what a worker can tell apart: forwards of the UNet, the VAE, encoding. Which
 * forwards are local and which global only the coordinator knows.
 */
public final class WorkerMetrics {
  private static final String PREFIX = "demofusion_worker_";
  private static final String WORKER = "worker";
  private static final String KIND = "kind";
  private static final double NANOS = 1e9;

  /** A view takes an H200 some 50 ms, a unit of 16 of them a 3090 some seconds, a CPU a minute. */
  private static final double[] SECONDS = {
    .005, .01, .025, .05, .1, .15, .2, .3, .45, .7, 1, 1.5, 2.5, 4, 6, 10, 20, 60
  };

  private final Gauge info;
  private final Gauge joined;
  private final Counter joins;
  private final Gauge lanes;
  private final Gauge running;
  private final Gauge waiting;
  private final Counter batches;
  private final Counter tiles;
  private final Counter failures;
  private final Counter handedBack;
  private final Counter answersDropped;
  private final Histogram waitSeconds;
  private final Histogram deviceSeconds;
  private final Counter energy;
  private final Gauge memoryUsed;
  private final Gauge memorySize;
  private final Gauge loraSets;
  private final Gauge loraBytes;
  private final Counter loraMerges;
  private final Counter loraMergeSeconds;
  private final GpuMetrics gpu;
  private final Map<String, DiffusionModel> models = new ConcurrentHashMap<>();

  public WorkerMetrics(CollectorRegistry registry) {
    info =
        gauge(
            registry,
            "info",
            "Always 1; model, precision and device of each worker as labels.",
            WORKER,
            "model",
            "precision",
            "device");
    joined = gauge(registry, "joined", "Whether the node has joined a coordinator.");
    joins =
        counter(
            registry,
            "joins_total",
            "How often the node joined; more than 1 means that it reconnected.");
    lanes = gauge(registry, "lanes", "Forward passes at once.", WORKER);
    running = gauge(registry, "batches_running", "Batches on the device now.", WORKER);
    waiting = gauge(registry, "batches_waiting", "Batches waiting at the worker.", WORKER);
    batches = counter(registry, "batches_done_total", "Batches answered.", WORKER, KIND);
    tiles = counter(registry, "tiles_done_total", "UNet tiles and VAE tiles.", WORKER, KIND);
    failures = counter(registry, "batches_failed_total", "Batches that failed.", WORKER, "code");
    handedBack =
        counter(
            registry,
            "batches_handed_back_total",
            "Batches handed back before they were started.",
            WORKER);
    answersDropped =
        counter(registry, "answers_dropped_total", "Answers that could not be sent.", WORKER);
    waitSeconds = histogram(registry, "batch_wait_seconds", "Time from arrival to start.", WORKER);
    deviceSeconds =
        histogram(registry, "batch_device_seconds", "Time on the device.", WORKER, KIND);
    energy =
        counter(
            registry,
            "energy_joules_total",
            "Energy that accounts have for batches, by how it is known: the card's counter, or its"
                + " power over time.",
            WORKER,
            "source");
    memoryUsed =
        gauge(
            registry,
            "device_memory_used_bytes",
            "Device memory in use, including other programs.",
            WORKER);
    memorySize = gauge(registry, "device_memory_size_bytes", "Total device memory.", WORKER);
    loraSets = gauge(registry, "lora_sets", "Sets of LoRAs merged on the device now.", WORKER);
    loraBytes =
        gauge(
            registry,
            "lora_set_bytes",
            "Device memory that sets of LoRAs take beside the model's own weights.",
            WORKER);
    loraMerges =
        counter(
            registry,
            "lora_merges_total",
            "How often LoRAs were merged into the UNet or the text encoders.",
            WORKER);
    loraMergeSeconds =
        counter(
            registry,
            "lora_merge_seconds_total",
            "Time that merging took, which the batches that waited for it took longer.",
            WORKER);
    gpu = new GpuMetrics(registry);
  }

  private static Counter counter(
      CollectorRegistry registry, String name, String help, String... labels) {
    return Counter.build(PREFIX + name, help).labelNames(labels).register(registry);
  }

  private static Gauge gauge(
      CollectorRegistry registry, String name, String help, String... labels) {
    return Gauge.build(PREFIX + name, help).labelNames(labels).register(registry);
  }

  private static Histogram histogram(
      CollectorRegistry registry, String name, String help, String... labels) {
    return Histogram.build(PREFIX + name, help)
        .buckets(SECONDS)
        .labelNames(labels)
        .register(registry);
  }

  /** For one worker of this node; the same counters again when it lives again. */
  public WorkObserver of(String worker, DiffusionModel model) {
    models.put(worker, model);
    ModelCard card = model.card();
    info.labels(worker, card.name(), card.precision().toString(), card.device()).set(1);
    lanes.labels(worker).set(model.lanes(1));
    model.gpu().ifPresent(its -> gpu.add(worker, its));
    return new OfWorker(worker);
  }

  /** The node has joined a coordinator. */
  public void joined() {
    joins.inc();
    joined.set(1);
  }

  /** It is not any more. */
  public void left() {
    joined.set(0);
  }

  /** Takes how things are; to be called before each look at the registry. */
  public synchronized void refresh() {
    models.forEach(
        (worker, model) -> {
          Optional<DeviceMemory> memory = model.memory();
          memoryUsed.labels(worker).set(memory.map(DeviceMemory::usedBytes).orElse(0L));
          memorySize.labels(worker).set(memory.map(DeviceMemory::sizeBytes).orElse(0L));
          LoraStatistics loras = model.loras();
          loraSets.labels(worker).set(loras.sets());
          loraBytes.labels(worker).set((double) loras.bytes());
          countTo((double) loras.merges(), loraMerges.labels(worker));
          countTo(loras.mergeSeconds(), loraMergeSeconds.labels(worker));
        });
    gpu.refresh();
  }

  /** Somebody else counted. */
  private static void countTo(double total, Counter.Child counter) {
    counter.inc(Math.max(0, total - counter.get()));
  }

  /** One worker's counters, looked up once. */
  private final class OfWorker implements WorkObserver {
    private final String worker;
    private final Gauge.Child isRunning;
    private final Gauge.Child isWaiting;
    private final Counter.Child givenBack;
    private final Counter.Child dropped;
    private final Histogram.Child waited;
    private final Map<NetworkKind, OfKind> kinds = new EnumMap<>(NetworkKind.class);

    private record OfKind(Counter.Child batches, Counter.Child tiles, Histogram.Child seconds) {}

    OfWorker(String worker) {
      this.worker = worker;
      isRunning = running.labels(worker);
      isWaiting = waiting.labels(worker);
      givenBack = handedBack.labels(worker);
      dropped = answersDropped.labels(worker);
      waited = waitSeconds.labels(worker);
      for (NetworkKind kind : NetworkKind.values()) {
        String label = kind.toString();
        kinds.put(
            kind,
            new OfKind(
                batches.labels(worker, label),
                tiles.labels(worker, label),
                deviceSeconds.labels(worker, label)));
      }
      for (FailureCode code : FailureCode.values()) {
        if (code.band() == FailureCode.Band.WORKER) {
          failures.labels(worker, label(code));
        }
      }
    }

    @Override
    public void holds(int nowRunning, int nowWaiting) {
      isRunning.set(nowRunning);
      isWaiting.set(nowWaiting);
    }

    @Override
    public void done(Work work, long waitedNanos, long deviceNanos) {
      OfKind counters = kinds.get(work.network());
      if (counters != null) {
        counters.batches().inc();
        counters.tiles().inc(work.tileCount());
        counters.seconds().observe(deviceNanos / NANOS);
        waited.observe(waitedNanos / NANOS);
      }
    }

    @Override
    public void took(Energy its) {
      if (its.source() != null && its.joules() >= 0) { // not NaN
        energy.labels(worker, its.source().toString()).inc(its.joules());
      }
    }

    @Override
    public void failed(Work work, FailureCode code) {
      failures.labels(worker, label(code)).inc();
    }

    @Override
    public void handedBack() {
      givenBack.inc();
    }

    @Override
    public void answerDropped() {
      dropped.inc();
    }
  }

  private static String label(FailureCode code) {
    return code.name().toLowerCase(Locale.ROOT);
  }
}
