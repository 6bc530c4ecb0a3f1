package demofusion.coordinator.dispatch.ledger;

import demofusion.protocol.LeaseId;

/**
 * A lease in a worker's hands, from when it is handed out until the worker gives its credit back.
 */
final class InFlight {
  final LeaseId lease;
  final LedgerBatch batch;
  final long leasedAt;
  final long deadline;
  private boolean hasBegun;
  private long begunAt;
  private boolean isOverdue;
  private long missedAt;
  private long askAgainAt;
  private long patience;
  private double modelWait; // nanoseconds

  InFlight(LeaseId lease, LedgerBatch batch, long leasedAt, long deadline) {
    this.lease = lease;
    this.batch = batch;
    this.leasedAt = leasedAt;
    this.deadline = deadline;
  }

  /** As far as can be known from here, the worker has turned to it. */
  void begin(long now) {
    hasBegun = true;
    begunAt = now;
  }

  boolean hasBegun() {
    return hasBegun;
  }

  /** It begins when the worker's model is on its device again, in so many nanoseconds. */
  void waitsForModel(double nanos) {
    modelWait = nanos;
  }

  double modelWait() {
    return modelWait;
  }

  /**
   * How long it goes on, given how long such work takes. What should have ended already is expected
   * to take as long again as it is late: the later, the less is hoped for.
   */
  double left(double duration, long now) {
    return hasBegun ? Math.abs(modelWait + duration - (now - begunAt)) : duration;
  }

  boolean isOverdue() {
    return isOverdue;
  }

  /** Whether it was found overdue after that time. */
  boolean isMissedSince(long time) {
    return isOverdue && missedAt - time > 0;
  }

  /** The answer did not come in time: the worker is asked what became of it, now and then. */
  void miss(long now, long firstPatience) {
    isOverdue = true;
    missedAt = now;
    patience = firstPatience;
    askAgainAt = now + patience;
  }

  /** Whether to ask again, ever more rarely. */
  boolean asksAgain(long now, long mostPatience) {
    if (!isOverdue || now - askAgainAt < 0) {
      return false;
    }
    patience = Math.min(2 * patience, mostPatience);
    askAgainAt = now + patience;
    return true;
  }
}
