package demofusion.deploy.plan;

import demofusion.coordinator.dispatch.ledger.JobTerms;
import demofusion.coordinator.dispatch.ledger.Lease;
import demofusion.coordinator.dispatch.ledger.LeaseLedger;
import demofusion.coordinator.dispatch.ledger.LedgerRules;
import demofusion.coordinator.dispatch.ledger.WorkerId;
import demofusion.coordinator.dispatch.ledger.WorkerTerms;
import demofusion.protocol.FailureCode;
import demofusion.protocol.JobId;
import demofusion.protocol.model.ModelKind;
import demofusion.protocol.model.Precision;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.PriorityQueue;

/**
 * A farm in virtual time: the ledger that a real farm is led by, devices that take as long as they
 * are said to, and no network. What waits for the end of a timestep here waits for it there.
 */
final class VirtualFarm {
  private static final JobId JOB = new JobId("plan");
  private static final ModelKind MODEL = new ModelKind("plan", Precision.FLOAT32, "any");
  private static final int HANDS_PER_LANE = 2; // one in work, one waiting
  private static final double NANOS = 1e9;

  private record Event(long at, long number, Worker worker, Lease lease, long arrived, long begun)
      implements Comparable<Event> {
    @Override
    public int compareTo(Event other) {
      return at == other.at ? Long.compare(number, other.number) : Long.compare(at, other.at);
    }
  }

  private record Item(Lease lease, Piece piece, long arrived) {}

  private final class Worker {
    final WorkerId id;
    final Device device;
    final Deque<Item> waiting = new ArrayDeque<>();
    int running;

    Worker(WorkerId id, Device device) {
      this.id = id;
      this.device = device;
    }

    void beginNext() {
      while (running < device.lanes() && !waiting.isEmpty()) {
        Item item = waiting.remove();
        running++;
        long nanos = Math.max(1, Math.round(device.seconds(item.piece()) * NANOS));
        busyNanos += nanos / device.lanes();
        events.add(new Event(now + nanos, nextEvent++, this, item.lease(), item.arrived(), now));
      }
    }
  }

  private final LeaseLedger ledger = new LeaseLedger(LedgerRules.startingAt(0));
  private final Map<WorkerId, Worker> workers = new LinkedHashMap<>();
  private final PriorityQueue<Event> events = new PriorityQueue<>();
  private final Map<Long, Piece> open = new HashMap<>();
  private long now;
  private long nextEvent;
  private long busyNanos;

  /**
   * @param devices one worker on each
   */
  VirtualFarm(List<Device> devices) {
    ledger.open(JOB, new JobTerms(MODEL, 0));
    for (Device device : devices) {
      WorkerId id = new WorkerId(device.name() + "-" + workers.size());
      workers.put(id, new Worker(id, device));
      int lanes = device.lanes();
      ledger.introduce(
          id, new WorkerTerms(id.value(), MODEL, "", lanes, HANDS_PER_LANE * lanes), now);
    }
  }

  /** Does all of this, and says how many seconds that took. */
  double run(List<Piece> pieces) {
    long began = now;
    for (Piece piece : pieces) {
      open.put(ledger.submit(JOB, piece.terms()), piece);
    }
    handOut();
    while (!open.isEmpty()) {
      Event next = Objects.requireNonNull(events.poll(), "nobody works, and not all is done");
      now = Math.max(now, next.at()); // a copy may have ended while the coordinator computed
      end(next);
    }
    return (now - began) / NANOS;
  }

  /** The coordinator computes, and nobody has anything to do. */
  void pause(double seconds) {
    now += Math.round(seconds * NANOS);
  }

  /** What all devices together have worked so far. */
  double busySeconds() {
    return busyNanos / NANOS;
  }

  private void end(Event event) {
    Worker worker = event.worker();
    worker.running--;
    boolean counts =
        ledger.completed(
            event.lease().id(),
            worker.id,
            event.at() - event.begun(),
            event.begun() - event.arrived(),
            now);
    if (counts) {
      open.remove(event.lease().id().batch());
    }
    worker.beginNext();
    handOut();
  }

  private void handOut() {
    boolean changed = true;
    while (changed) {
      changed = false;
      for (Optional<Lease> next = ledger.lease(now); next.isPresent(); next = ledger.lease(now)) {
        Lease lease = next.get();
        Worker worker = Objects.requireNonNull(workers.get(lease.worker()));
        Piece piece = Objects.requireNonNull(open.get(lease.id().batch()));
        worker.waiting.add(new Item(lease, piece, now));
        worker.beginNext();
      }
      for (Lease lease : ledger.withdrawals()) {
        Worker worker = Objects.requireNonNull(workers.get(lease.worker()));
        if (worker.waiting.removeIf(item -> item.lease().id().equals(lease.id()))) {
          ledger.failed(lease.id(), worker.id, FailureCode.CANCELLED, "", 0, now);
          changed = true;
        }
      }
    }
  }
}
