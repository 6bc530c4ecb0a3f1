package demofusion.coordinator.dispatch;

import demofusion.coordinator.dispatch.ledger.BatchTerms;
import demofusion.coordinator.dispatch.ledger.GivenUp;
import demofusion.coordinator.dispatch.ledger.Lease;
import demofusion.coordinator.dispatch.ledger.LeaseLedger;
import demofusion.coordinator.dispatch.ledger.WorkKind;
import demofusion.coordinator.dispatch.ledger.WorkerAccount;
import demofusion.coordinator.dispatch.ledger.WorkerId;
import demofusion.protocol.FailureCode;
import demofusion.protocol.JobId;
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
    final JobId job;
    final String unit;
    final BatchKind kind;
    final double tiles;
    final double forwards;
    final boolean isExtra;
    long queuedAt;

    Batch(JobId job, Task task, boolean isExtra, long queuedAt) {
      BatchTerms terms = task.terms();
      this.job = job;
      this.unit = task.unit();
      this.kind = task.kind();
      this.tiles = terms.effort();
      this.forwards = terms.kind() == WorkKind.FORWARD ? terms.effort() : 0;
      this.isExtra = isExtra;
      this.queuedAt = queuedAt;
    }
  }

  /**
   * A lease.
   *
   * @param queuedAt when its batch was there to be handed out
   * @param isTold whether the observer has been told of its end: it may be answered yet
   */
  private record Held(
      Batch batch,
      WorkerId worker,
      String name,
      String device,
      boolean isCopy,
      long queuedAt,
      long leasedAt,
      boolean isTold) {
    Held told() {
      return new Held(batch, worker, name, device, isCopy, queuedAt, leasedAt, true);
    }

    Attempt ended(Attempt.End end, long now, long waitedNanos, long deviceNanos) {
      return new Attempt(
          batch.job,
          batch.unit,
          batch.kind,
          name,
          isCopy,
          batch.isExtra,
          end,
          queuedAt,
          leasedAt,
          now,
          waitedNanos,
          deviceNanos);
    }
  }

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
        ended(lease, Attempt.End.LOST, now);
        if (ledger.stands(new Lease(entry.getKey(), worker, false))) {
          again(lease, DispatchObserver.Again.LOST, now);
        }
      }
    }
    ledger.account(worker).ifPresent(account -> observer.went(account.name()));
  }

  /**
   * @param isExtra whether it is a draw of an audit beside the one that every batch has
   */
  void submitted(JobId job, long number, Task task, boolean isExtra, long now) {
    batches.put(number, new Batch(job, task, isExtra, now));
  }

  void leased(Lease lease, long now) {
    Batch batch = batches.get(lease.id().batch());
    if (batch == null) {
      return;
    }
    String name = ledger.name(lease.worker());
    long queuedAt = lease.isCopy() ? now : batch.queuedAt;
    held.put(
        lease.id(),
        new Held(
            batch,
            lease.worker(),
            name,
            device(lease.worker()),
            lease.isCopy(),
            queuedAt,
            now,
            false));
    if (lease.isCopy()) {
      observer.speculated(batch.kind, name, batch.tiles);
    } else {
      observer.leased(batch.job, batch.kind, now - batch.queuedAt);
    }
  }

  /**
   * @param counts false: it came too late or twice
   */
  void completed(Completed completed, WorkerId worker, boolean counts, long now) {
    Held lease = held.remove(completed.lease());
    Batch batch = batches.get(completed.lease().batch());
    if (lease != null && !lease.isTold()) {
      observer.attempted(
          lease.ended(
              counts ? Attempt.End.DONE : Attempt.End.LATE,
              now,
              completed.waitedNanos(),
              completed.deviceNanos()));
    }
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
        completed.deviceNanos(),
        completed.joules());
  }

  private String device(WorkerId worker) {
    return ledger.account(worker).map(WorkerAccount::device).orElse("unknown");
  }

  private void done(Batch batch, String worker, BatchTimes times) {
    if (batch.isExtra) {
      observer.drawnAgain(batch.kind, worker, batch.tiles, times);
    } else {
      observer.done(batch.job, batch.kind, worker, batch.tiles, times);
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
    if (lease == null) {
      return;
    }
    boolean isHandedBack = code == FailureCode.CANCELLED;
    ended(lease, isHandedBack ? Attempt.End.WITHDRAWN : Attempt.End.FAILED, now);
    if (isHandedBack) {
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
      giveUp(id, lease, Attempt.End.FAILED, now);
      again(lease, DispatchObserver.Again.FAILED, now);
    }
  }

  /** It was never sent. */
  void withdrawn(LeaseId id, long now) {
    Held lease = held.remove(id);
    if (lease != null) {
      ended(lease, Attempt.End.WITHDRAWN, now);
    }
  }

  void overdue(LeaseId id, long now) {
    Held lease = held.get(id);
    if (lease != null && ledger.stands(new Lease(id, lease.worker(), false))) {
      giveUp(id, lease, Attempt.End.OVERDUE, now);
      again(lease, DispatchObserver.Again.OVERDUE, now);
    }
  }

  /** Its answer may come yet, but no other end of it is told. */
  private void giveUp(LeaseId id, Held lease, Attempt.End end, long now) {
    ended(lease, end, now);
    held.put(id, lease.told());
  }

  private void ended(Held lease, Attempt.End end, long now) {
    if (!lease.isTold()) {
      observer.attempted(lease.ended(end, now, 0, 0));
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
