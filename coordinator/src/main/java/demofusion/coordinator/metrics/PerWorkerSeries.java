package demofusion.coordinator.metrics;

import demofusion.coordinator.dispatch.BatchKind;
import demofusion.coordinator.dispatch.BatchTimes;
import demofusion.coordinator.dispatch.DispatchObserver.Again;
import demofusion.protocol.FailureCode;
import io.prometheus.client.Counter;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;

/** One worker's counters, looked up once: counting a batch is a few additions. */
final class PerWorkerSeries {
  private static final double NANOS = 1e9;

  /** Of one kind of batch. */
  final class OfKind {
    private final String kind;
    private final Counter.Child batchesDone;
    private final Counter.Child tilesDone;
    private final Counter.Child deviceSeconds;
    private final Counter.Child wireSeconds;

    private OfKind(BatchKind kind) {
      this.kind = kind.toString();
      batchesDone = all.done().batches().labels(worker, this.kind);
      tilesDone = all.done().tiles().labels(worker, this.kind);
      deviceSeconds = all.deviceSeconds().labels(worker, this.kind);
      wireSeconds = all.wireSeconds().labels(worker, this.kind);
      for (FailureCode code : FailureCode.values()) {
        if (code.band() == FailureCode.Band.WORKER) {
          all.failed().batches().labels(worker, this.kind, label(code));
        }
      }
      all.failed().tiles().labels(worker, this.kind);
      for (Again why : Again.values()) {
        all.retried().batches().labels(worker, this.kind, label(why));
      }
      all.retried().tiles().labels(worker, this.kind);
      all.speculated().batches().labels(worker, this.kind);
      all.speculated().tiles().labels(worker, this.kind);
      all.late().batches().labels(worker, this.kind);
      all.late().tiles().labels(worker, this.kind);
    }

    void done(double tiles, BatchTimes times) {
      batchesDone.inc();
      tilesDone.inc(tiles);
      deviceSeconds.inc(times.deviceNanos() / NANOS);
      wireSeconds.inc(times.wireNanos() / NANOS);
    }

    void failed(double tiles, FailureCode code) {
      all.failed().batches().labels(worker, kind, label(code)).inc();
      all.failed().tiles().labels(worker, kind).inc(tiles);
    }

    void again(double tiles, Again why) {
      all.retried().batches().labels(worker, kind, label(why)).inc();
      all.retried().tiles().labels(worker, kind).inc(tiles);
    }

    void speculated(double tiles) {
      all.speculated().batches().labels(worker, kind).inc();
      all.speculated().tiles().labels(worker, kind).inc(tiles);
    }

    /** Few farms audit anybody: these begin when one does. */
    void drawnAgain(double tiles, BatchTimes times) {
      all.audits().drawn().batches().labels(worker, kind).inc();
      all.audits().drawn().tiles().labels(worker, kind).inc(tiles);
      all.audits().deviceSeconds().labels(worker, kind).inc(times.deviceNanos() / NANOS);
    }

    void late(double tiles) {
      all.late().batches().labels(worker, kind).inc();
      all.late().tiles().labels(worker, kind).inc(tiles);
    }

    private void remove() {
      all.done().batches().remove(worker, kind);
      all.done().tiles().remove(worker, kind);
      all.deviceSeconds().remove(worker, kind);
      all.wireSeconds().remove(worker, kind);
      for (FailureCode code : FailureCode.values()) {
        all.failed().batches().remove(worker, kind, label(code));
      }
      all.failed().tiles().remove(worker, kind);
      for (Again why : Again.values()) {
        all.retried().batches().remove(worker, kind, label(why));
      }
      all.retried().tiles().remove(worker, kind);
      all.speculated().batches().remove(worker, kind);
      all.speculated().tiles().remove(worker, kind);
      all.audits().drawn().batches().remove(worker, kind);
      all.audits().drawn().tiles().remove(worker, kind);
      all.audits().deviceSeconds().remove(worker, kind);
      all.late().batches().remove(worker, kind);
      all.late().tiles().remove(worker, kind);
    }
  }

  private final WorkerPoolSeries.Counters all;
  private final String worker;
  private final Map<BatchKind, OfKind> kinds = new EnumMap<>(BatchKind.class);

  PerWorkerSeries(WorkerPoolSeries.Counters all, String worker) {
    this.all = all;
    this.worker = worker;
    for (BatchKind kind : BatchKind.values()) {
      kinds.put(kind, new OfKind(kind));
    }
    all.audits().lies().labels(worker);
  }

  OfKind of(BatchKind kind) {
    OfKind series = kinds.get(kind);
    if (series == null) {
      throw new IllegalArgumentException("no such kind: " + kind);
    }
    return series;
  }

  void lied() {
    all.audits().lies().labels(worker).inc();
  }

  void remove() {
    all.audits().lies().remove(worker);
    kinds.values().forEach(OfKind::remove);
  }

  private static String label(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }
}
