package demofusion.coordinator.dispatch.ledger;

import demofusion.protocol.LeaseId;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One worker, as the {@link LeaseLedger} knows it: what it has in hand and how fast it is. */
final class LedgerWorker {
  final WorkerId id;
  final WorkerTerms terms;
  final Pace pace = new Pace();
  final Reload reload = new Reload();
  final WireTimes wire = new WireTimes();
  private final Map<LeaseId, InFlight> inFlight = new LinkedHashMap<>();
  private long lastAnswer;
  private Set<String> networks = Set.of(); // of the last batch that needed any
  private @Nullable InFlight firstAfterIdle; // until it is answered
  private long idleBefore; // that one, in nanoseconds
  private long completed;
  private long failed;
  private boolean isUnheard;

  LedgerWorker(WorkerId id, WorkerTerms terms, long now) {
    this.id = id;
    this.terms = terms;
    this.lastAnswer = now;
  }

  boolean hasCredit() {
    return inFlight.size() < terms.credits();
  }

  boolean hasCredit(BatchTerms batch) {
    return inFlight.size() < terms.credits(batch.threads());
  }

  /** Whether it would begin at once. */
  boolean hasFreeLane(int threads) {
    return inFlight.size() < terms.lanes(threads);
  }

  void take(InFlight lease) {
    double wait = reload(lease.leasedAt);
    if (inFlight.isEmpty()) {
      firstAfterIdle = lease;
      idleBefore = lease.leasedAt - lastAnswer;
    }
    inFlight.put(lease.lease, lease);
    if (!lease.batch.terms.networks().isEmpty()) {
      networks = lease.batch.terms.networks();
    }
    beginWhatCan(lease.leasedAt);
    lease.waitsForModel(lease.hasBegun() ? wait : 0);
  }

  /**
   * Whether it may have to put other networks in the place of those that it draws with: whether it
   * holds several at a time nobody says.
   */
  boolean wouldChangeNetworks(BatchTerms batch) {
    return !networks.isEmpty() && !networks.containsAll(batch.networks());
  }

  /** An operator changed how it stands. */
  void told(WorkerChange change) {
    if (change == WorkerChange.PAUSE) {
      reload.rests();
    }
  }

  /** How long work that it is given now would wait for the model, as far as that can be known. */
  double reload(long now) {
    if (inFlight.isEmpty()) {
      return reload.expected(now - lastAnswer);
    }
    InFlight first = firstAfterIdle; // with which the model comes back
    return first == null || !inFlight.containsKey(first.lease)
        ? 0
        : Math.max(0, first.modelWait() - (now - first.leasedAt));
  }

  /** An answer gives a credit back, but only once. */
  @Nullable InFlight giveBack(LeaseId lease, long now) {
    lastAnswer = now;
    InFlight given = inFlight.remove(lease);
    if (given != null) {
      beginWhatCan(now);
    }
    return given;
  }

  /**
   * An answer came, whether or not it still counts.
   *
   * @param deviceNanos that the work took
   * @param waitedNanos that it lay at the worker before
   * @return whether it has this lease; false also after it was given up and came back
   */
  boolean answered(LeaseId lease, long deviceNanos, long waitedNanos, long now) {
    InFlight given = giveBack(lease, now);
    if (given == null) {
      return false;
    }
    completed++;
    pace.learn(given.batch.terms, deviceNanos);
    if (given == firstAfterIdle) {
      reload.learn(idleBefore, waitedNanos);
      firstAfterIdle = null;
    }
    if (!given.isOverdue()) {
      long onItsWay = now - given.leasedAt - deviceNanos - waitedNanos;
      wire.learn(given.batch.terms.kind(), (double) onItsWay);
    }
    return true;
  }

  void countCompleted() {
    completed++;
  }

  void countFailure() {
    failed++;
  }

  /** Leases are begun in the order in which they came. */
  private void beginWhatCan(long now) {
    int running = 0;
    for (InFlight lease : inFlight.values()) {
      if (running >= terms.lanes(lease.batch.terms.threads())) {
        return;
      }
      if (!lease.hasBegun()) {
        lease.begin(now);
      }
      running++;
    }
  }

  Collection<InFlight> inFlight() {
    return inFlight.values();
  }

  int load() {
    return inFlight.size();
  }

  /** Whether its heartbeats stay away. */
  void setUnheard(boolean unheard) {
    isUnheard = unheard;
  }

  /** Whether it may hang or be gone: its heartbeats stay away, or it owes an overdue answer. */
  boolean isSilent() {
    return isUnheard
        || inFlight.values().stream().anyMatch(lease -> lease.isMissedSince(lastAnswer));
  }

  long lastAnswer() {
    return lastAnswer;
  }

  long completed() {
    return completed;
  }

  long failed() {
    return failed;
  }
}
