package demofusion.coordinator.metrics;

/** The counters of {@link WorkerPoolSeries}, as they are called and described. */
final class WorkerCounters {
  private static final String WORKER = "worker";
  private static final String KIND = "kind";

  private WorkerCounters() {}

  static WorkerPoolSeries.Counters of(Registrar at) {
    return new WorkerPoolSeries.Counters(
        new WorkerPoolSeries.Pair(
            at.counter("batches_done_total", "Batches whose results were used.", WORKER, KIND),
            at.counter(
                "tiles_done_total",
                "UNet tiles and VAE tiles whose results were used.",
                WORKER,
                KIND)),
        new WorkerPoolSeries.Pair(
            at.counter("batches_failed_total", "Batches that failed.", WORKER, KIND, "code"),
            at.counter("tiles_failed_total", "Tiles in batches that failed.", WORKER, KIND)),
        new WorkerPoolSeries.Pair(
            at.counter(
                "batches_retried_total",
                "Batches to be repeated, by the worker that did not finish them, and why.",
                WORKER,
                KIND,
                "reason"),
            at.counter("tiles_retried_total", "Tiles in batches to be repeated.", WORKER, KIND)),
        new WorkerPoolSeries.Pair(
            at.counter(
                "batches_speculated_total",
                "Batches also given to this worker at the end of a timestep, as a second copy.",
                WORKER,
                KIND),
            at.counter(
                "tiles_speculated_total", "Tiles in second copies of batches.", WORKER, KIND)),
        new WorkerPoolSeries.Pair(
            at.counter(
                "batches_late_total",
                "Answers dropped: too late, or another worker was first.",
                WORKER,
                KIND),
            at.counter("tiles_late_total", "Tiles in dropped answers.", WORKER, KIND)),
        new WorkerPoolSeries.Audits(
            new WorkerPoolSeries.Pair(
                at.counter(
                    "audit_batches_total",
                    "Batches drawn once more, only to be compared.",
                    WORKER,
                    KIND),
                at.counter(
                    "audit_tiles_total",
                    "Tiles drawn once more, only to be compared.",
                    WORKER,
                    KIND)),
            at.counter(
                "audit_device_seconds_total",
                "Device time of batches drawn once more, only to be compared.",
                WORKER,
                KIND),
            at.counter(
                "worker_lies_total",
                "Answers with other bits than other workers gave for the same batch.",
                WORKER)),
        at.counter("device_seconds_total", "Device time of finished batches.", WORKER, KIND),
        at.counter(
            "wire_seconds_total", "Network and cutting time of finished batches.", WORKER, KIND));
  }
}
