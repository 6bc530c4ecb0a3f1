package demofusion.worker;

import demofusion.worker.nvml.Gpu;
import demofusion.worker.nvml.Gpu.Quantity;
import demofusion.worker.nvml.Gpu.Reading;
import demofusion.worker.nvml.ThrottleReason;
import io.prometheus.client.CollectorRegistry;
import io.prometheus.client.Counter;
import io.prometheus.client.Gauge;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Those of {@link WorkerMetrics} that the GPU's driver tells. Workers that share a GPU show it once
 * each, so whoever adds GPUs up takes each uuid once. What a driver does not tell has no series;
 * where there is no GPU, none of these has one, and nothing is asked.
 */
final class GpuMetrics {
  private static final String PREFIX = "demofusion_worker_gpu_";
  private static final String WORKER = "worker";
  private static final String UUID = "uuid";

  private final Gauge info;
  private final Map<Quantity, Shown> quantities = new EnumMap<>(Quantity.class);
  private final Gauge throttled;
  private final Counter xids;
  private final Gauge lastXid;

  private final Map<String, Gpu> byUuid = new ConcurrentHashMap<>();
  private final Map<String, String> uuidOfWorker = new ConcurrentHashMap<>();

  /** Where a quantity is shown. */
  private interface Shown {
    /**
     * @param value null where the driver does not tell it now
     */
    void show(String worker, String uuid, @Nullable Double value);
  }

  GpuMetrics(CollectorRegistry registry) {
    info =
        gauge(
            registry,
            "info",
            "Always 1; each worker's GPU as labels: its uuid, of a partitioned one the part's, its"
                + " kind and driver.",
            "mig",
            "name",
            "driver");
    Gauge power = gauge(registry, "power_watts", "Power that the GPU draws.");
    Gauge limit = gauge(registry, "power_limit_watts", "Power that it may draw.");
    Counter energy =
        counter(registry, "energy_joules_total", "Energy since the driver was loaded.");
    Gauge temperature = gauge(registry, "temperature_celsius", "The GPU's temperature.");
    Gauge clock = gauge(registry, "clock_hertz", "Clock of multiprocessors and memory.", "part");
    Gauge clockMax = gauge(registry, "clock_max_hertz", "The highest clock they have.", "part");
    Gauge utilization =
        gauge(registry, "utilization_ratio", "Share of the time in which a kernel ran.");
    Counter ecc =
        counter(
            registry,
            "ecc_errors_total",
            "Memory errors since the driver was loaded, corrected by ECC or not.",
            "kind");
    quantities.put(Quantity.POWER, measured(power));
    quantities.put(Quantity.POWER_LIMIT, measured(limit));
    quantities.put(Quantity.ENERGY, counted(energy));
    quantities.put(Quantity.TEMPERATURE, measured(temperature));
    quantities.put(Quantity.CLOCK, measured(clock, "sm"));
    quantities.put(Quantity.MEMORY_CLOCK, measured(clock, "memory"));
    quantities.put(Quantity.CLOCK_MAX, measured(clockMax, "sm"));
    quantities.put(Quantity.MEMORY_CLOCK_MAX, measured(clockMax, "memory"));
    quantities.put(Quantity.UTILIZATION, measured(utilization));
    quantities.put(Quantity.ECC_CORRECTED, counted(ecc, "corrected"));
    quantities.put(Quantity.ECC_UNCORRECTED, counted(ecc, "uncorrected"));
    throttled =
        gauge(registry, "throttled", "1 if clocks are held down for this reason now.", "reason");
    xids =
        counter(registry, "xid_errors_total", "Xid errors that the driver reported to the worker.");
    lastXid = gauge(registry, "xid_last", "Number of the last Xid error; 0 before the first.");
  }

  private static Gauge gauge(
      CollectorRegistry registry, String name, String help, String... labels) {
    return Gauge.build(PREFIX + name, help).labelNames(of(WORKER, UUID, labels)).register(registry);
  }

  private static Counter counter(
      CollectorRegistry registry, String name, String help, String... labels) {
    return Counter.build(PREFIX + name, help)
        .labelNames(of(WORKER, UUID, labels))
        .register(registry);
  }

  private static String[] of(String worker, String uuid, String... more) {
    String[] all = new String[2 + more.length];
    all[0] = worker;
    all[1] = uuid;
    System.arraycopy(more, 0, all, 2, more.length);
    return all;
  }

  private static Shown measured(Gauge gauge, String... label) {
    return (worker, uuid, value) -> {
      String[] labels = of(worker, uuid, label);
      if (value == null) {
        gauge.remove(labels);
      } else {
        gauge.labels(labels).set(value);
      }
    };
  }

  private static Shown counted(Counter counter, String... label) {
    return (worker, uuid, value) -> {
      if (value != null) {
        countTo(value, counter.labels(of(worker, uuid, label)));
      }
    };
  }

  private static void countTo(double total, Counter.Child counter) {
    counter.inc(Math.max(0, total - counter.get()));
  }

  void add(String worker, Gpu gpu) {
    Gpu.Identity its = gpu.identity();
    byUuid.putIfAbsent(its.uuid(), gpu);
    uuidOfWorker.put(worker, its.uuid());
    info.labels(worker, its.uuid(), its.mig(), its.name(), its.driver()).set(1);
  }

  /** Asks each GPU once, however many workers it has. */
  void refresh() {
    byUuid.forEach(
        (uuid, gpu) -> {
          Reading reading = gpu.now().orElse(Reading.NOTHING);
          uuidOfWorker.forEach(
              (worker, its) -> {
                if (its.equals(uuid)) {
                  show(worker, uuid, reading);
                }
              });
        });
  }

  private void show(String worker, String uuid, Reading reading) {
    quantities.forEach(
        (quantity, shown) -> shown.show(worker, uuid, reading.quantities().get(quantity)));
    for (ThrottleReason reason : ThrottleReason.values()) {
      Boolean holds = reading.throttled().get(reason);
      measured(throttled, reason.toString())
          .show(worker, uuid, holds == null ? null : holds ? 1.0 : 0.0);
    }
    reading
        .xids()
        .ifPresent(
            seen -> {
              countTo(seen, xids.labels(worker, uuid));
              lastXid.labels(worker, uuid).set(reading.lastXid());
            });
  }
}
