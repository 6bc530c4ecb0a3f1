package demofusion.coordinator.dispatch.ledger;

import demofusion.protocol.model.ModelKind;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;

/**
 * When workers will be done with what they have in hand and with what they might be given, by their
 * own recent pace. A worker of which nothing is known is taken for twice as fast as the fastest of
 * its kind: so it is tried, and not left idle behind a slow one that happened to be known first.
 * All times are in nanoseconds from now.
 */
final class CompletionForecast {
  /**
   * Where nothing is known of anybody all are alike, and this only says how soon an idle worker
   * lends a hand with what the first one takes long for.
   */
  private static final double ANY = 0.2e9;

  private static final double HOPE = 0.5;

  private final Collection<LedgerWorker> workers;
  private final long now;
  private final Map<ModelKind, Map<WorkKind, Double>> fastest = new HashMap<>();

  CompletionForecast(Collection<LedgerWorker> workers, long now) {
    this.workers = workers;
    this.now = now;
  }

  /** Whether anybody with this model has done such work. */
  boolean isKnown(ModelKind model, WorkKind kind) {
    return fastest(model, kind) > 0;
  }

  /** How long the worker takes for it, once it has begun. */
  double duration(LedgerWorker worker, BatchTerms batch) {
    double own = worker.pace.nanos(batch.kind());
    return batch.effort() * (own > 0 ? own : HOPE * any(worker.terms.model(), batch.kind()));
  }

  /** How long it takes on the fastest worker with this model. */
  double duration(ModelKind model, BatchTerms batch) {
    return batch.effort() * any(model, batch.kind());
  }

  private double any(ModelKind model, WorkKind kind) {
    double fastest = fastest(model, kind);
    return fastest > 0 ? fastest : ANY;
  }

  private double fastest(ModelKind model, WorkKind kind) {
    return fastest
        .computeIfAbsent(model, any -> new EnumMap<>(WorkKind.class))
        .computeIfAbsent(kind, any -> findFastest(model, kind));
  }

  private double findFastest(ModelKind model, WorkKind kind) {
    return workers.stream()
        .filter(worker -> worker.terms.model().equals(model))
        .mapToDouble(worker -> worker.pace.nanos(kind))
        .filter(nanos -> nanos > 0)
        .min()
        .orElse(0);
  }

  /** When a batch would be answered that the worker is given now. */
  double end(LedgerWorker worker, BatchTerms batch) {
    return least(lanes(worker, batch)) + duration(worker, batch);
  }

  /** The same if nothing in its hands took longer than it should. */
  double nominalEnd(LedgerWorker worker, BatchTerms batch) {
    double before = 0;
    for (InFlight lease : worker.inFlight()) {
      before += duration(worker, lease.batch.terms);
    }
    return worker.wire.nanos(batch.kind())
        + worker.reload(now)
        + before / worker.terms.lanes(batch.threads())
        + duration(worker, batch);
  }

  /** When a batch will be answered that the worker has already. */
  double end(LedgerWorker worker, InFlight wanted) {
    double[] lanes = new double[worker.terms.lanes(wanted.batch.terms.threads())];
    for (InFlight lease : worker.inFlight()) {
      double end = putOnNextLane(lanes, worker, lease);
      if (lease == wanted) {
        return end;
      }
    }
    return 0;
  }

  /**
   * How many batches the worker could have answered before that time, beside what it has in hand.
   */
  double endsBefore(LedgerWorker worker, BatchTerms batch, double end) {
    double duration = duration(worker, batch);
    double ends = 0;
    for (double lane : lanes(worker, batch)) {
      ends += Math.max(0, Math.ceil((end - lane) / duration - 1e-6) - 1);
    }
    return ends;
  }

  /**
   * When each lane is done with what is in hand; a free one begins when a lease has got there, and
   * the model is on the device.
   */
  private double[] lanes(LedgerWorker worker, BatchTerms batch) {
    double[] lanes = new double[worker.terms.lanes(batch.threads())];
    for (InFlight lease : worker.inFlight()) {
      putOnNextLane(lanes, worker, lease);
    }
    double there = worker.wire.nanos(batch.kind()) + worker.reload(now);
    for (int lane = 0; lane < lanes.length; lane++) {
      lanes[lane] = Math.max(lanes[lane], there);
    }
    return lanes;
  }

  private double putOnNextLane(double[] lanes, LedgerWorker worker, InFlight lease) {
    int next = 0;
    for (int lane = 1; lane < lanes.length; lane++) {
      if (lanes[lane] < lanes[next]) {
        next = lane;
      }
    }
    lanes[next] += lease.left(duration(worker, lease.batch.terms), now);
    return lanes[next];
  }

  private static double least(double[] values) {
    return Arrays.stream(values).min().orElse(0);
  }
}
