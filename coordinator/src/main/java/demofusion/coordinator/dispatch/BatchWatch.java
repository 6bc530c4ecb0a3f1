package demofusion.coordinator.dispatch;

import demofusion.coordinator.dispatch.ledger.BatchTerms;
import demofusion.coordinator.dispatch.ledger.GivenUp;
import demofusion.coordinator.dispatch.ledger.Lease;
import demofusion.coordinator.dispatch.ledger.LeaseLedger;
import demofusion.coordinator.dispatch.ledger.WorkKind;
import demofusion.coordinator.dispatch.ledger.WorkerAccount;
import demofusion.coordinator.dispatch.ledger.WorkerId;
import demofusion.protocol.FailureCode;
import demofusion.protocol.LeaseId;
import demofusion.protocol.message.DispatcherProtocol.Completed;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Follows batches from the queue to their answers, and tells a {@link DispatchObserver} how it went
 * and what took how long. It decides nothing. It remembers a batch as long as the {@link
 * Dispatcher} has its task, and a lease until its worker answered it or is gone.
 */
final class BatchWatch {
  private static final class Batch {
    final BatchKind kind;
    final double tiles;
    final double forwards;
    final boolean isExtra;
    long queuedAt;

    Batch(BatchKind kind, double tiles, double forwards, boolean isExtra, long queuedAt) {
      this.kind = kind;
      this.tiles = tiles;
      this.forwards = forwards;
      this.isExtra = isExtra;
      this.queuedAt = queuedAt;
    }
  }

  private record Held(Batch batch, WorkerId worker, String name, String device, long leasedAt) {}

  private final LeaseLedger ledger;
  private final DispatchObserver observer;
  private final Map<Long, Batch> batches = new HashMap<>();
  private final Map<LeaseId, Held> held = new HashMap<>();
  private long knownQuarantined;

  BatchWatch(LeaseLedger ledger, DispatchObserver observer) {
    this.ledger = ledger;
    this.observer = observer;
  }

  void came(String worker) {
    observer.came(worker);
  }

  /** To be told before the ledger is: what the worker has in hand goes to others. */
  void went(WorkerId worker, long now) {
    for (var each = held.entrySet().iterator(); each.hasNext(); ) {
      Map.Entry<LeaseId, Held> entry = each.next();
      Held lease = entry.getValue();
      if (lease.worker().equals(worker)) {
        each.remove();
        if (ledger.stands(new Lease(entry.getKey(), worker, false))) {
          again(lease, DispatchObserver.Again.LOST, now);
        }
      }
    }
    ledger.account(worker).ifPresent(account -> observer.went(account.name()));
  }

  void submitted(long number, Task task, long now) {
    submitted(number, task, false, now);
  }

  /**
   * @param isExtra whether it is a draw of an audit beside the one that every batch has
   */
  void submitted(long number, Task task, boolean isExtra, long now) {
    BatchTerms terms = task.terms();
    double forwards = terms.kind() == WorkKind.FORWARD ? terms.effort() : 0;
    batches.put(number, new Batch(task.kind(), terms.effort(), forwards, isExtra, now));
  }

  void leased(Lease lease, long now) {
    Batch batch = batches.get(lease.id().batch());
    if (batch == null) {
      return;
    }
    String name = ledger.name(lease.worker());
    held.put(lease.id(), new Held(batch, lease.worker(), name, device(lease.worker()), now));
    if (lease.isCopy()) {
      observer.speculated(batch.kind, name, batch.tiles);
    } else {
      observer.leased(batch.kind, now - batch.queuedAt);
    }
  }

  /**
   * @param counts false: it came too late or twice
   */
  void completed(Completed completed, WorkerId worker, boolean counts, long now) {
    Held lease = held.remove(completed.lease());
    Batch batch = batches.get(completed.lease().batch());
    used(completed, lease, batch, worker, counts);
    if (lease == null && counts && batch != null) {
      // It was given up, came back, and had finished what it had begun before.
      long known = completed.waitedNanos() + completed.deviceNanos();
      done(
          batch,
          ledger.name(worker),
          BatchTimes.of(known, completed.waitedNanos(), completed.deviceNanos()));
    } else if (lease == null) {
      observer.late(BatchKind.of(completed.result().network()), ledger.name(worker), 1);
    } else if (!counts) {
      observer.late(lease.batch().kind, lease.name(), lease.batch().tiles);
    } else {
      done(
          lease.batch(),
          lease.name(),
          BatchTimes.of(now - lease.leasedAt(), completed.waitedNanos(), completed.deviceNanos()));
      quarantined();
    }
  }

  private void used(
      Completed completed,
      @Nullable Held lease,
      @Nullable Batch batch,
      WorkerId worker,
      boolean counts) {
    DispatchObserver.DeviceUse use = DispatchObserver.DeviceUse.RETRIED;
    double forwards = 0;
    if (ledger.isFromBefore(completed.lease())) {
      use = DispatchObserver.DeviceUse.LOST;
    } else if (counts && batch != null) {
      use = batch.isExtra ? DispatchObserver.DeviceUse.AUDIT : DispatchObserver.DeviceUse.COUNTED;
      forwards = batch.isExtra ? 0 : batch.forwards;
    }
    observer.used(
        completed.lease().job(),
        lease == null ? device(worker) : lease.device(),
        use,
        forwards,
        completed.deviceNanos());
  }

  private String device(WorkerId worker) {
    return ledger.account(worker).map(WorkerAccount::device).orElse("unknown");
  }

  private void done(Batch batch, String worker, BatchTimes times) {
    if (batch.isExtra) {
      observer.drawnAgain(batch.kind, worker, batch.tiles, times);
    } else {
      observer.done(batch.kind, worker, batch.tiles, times);
    }
  }

  void audited(DispatchObserver.AuditOutcome outcome) {
    observer.audited(outcome);
  }

  void lied(String worker) {
    observer.lied(worker);
    quarantined();
  }

  private void quarantined() {
    long quarantined = ledger.counts().quarantined();
    if (quarantined > knownQuarantined) {
      observer.quarantined(quarantined - knownQuarantined);
      knownQuarantined = quarantined;
    }
  }

  /**
   * A lease came back undone.
   *
   * @param stood whether it would have counted
   * @param givenUp what became of it then
   */
  void failed(LeaseId id, FailureCode code, boolean stood, Optional<GivenUp> givenUp, long now) {
    Held lease = held.remove(id);
    if (lease == null || code == FailureCode.CANCELLED) {
      return;
    }
    observer.failed(lease.batch().kind, lease.name(), lease.batch().tiles, code);
    if (stood && givenUp.isEmpty()) {
      again(lease, DispatchObserver.Again.FAILED, now);
    }
  }

  /** Its worker's answers count for nothing any more. */
  void distrusted(LeaseId id, long now) {
    Held lease = held.get(id);
    if (lease != null) {
      again(lease, DispatchObserver.Again.FAILED, now);
    }
  }

  /** It was never sent. */
  void withdrawn(LeaseId id) {
    held.remove(id);
  }

  void overdue(LeaseId id, long now) {
    Held lease = held.get(id);
    if (lease != null && ledger.stands(new Lease(id, lease.worker(), false))) {
      again(lease, DispatchObserver.Again.OVERDUE, now);
    }
  }

  private void again(Held lease, DispatchObserver.Again why, long now) {
    lease.batch().queuedAt = now;
    observer.again(lease.batch().kind, lease.name(), lease.batch().tiles, why);
  }

  /** Nobody waits for this batch any more. */
  void gone(long number) {
    batches.remove(number);
  }
}
