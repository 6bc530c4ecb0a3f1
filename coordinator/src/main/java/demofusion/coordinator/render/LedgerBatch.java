package demofusion.coordinator.render;

import demofusion.protocol.JobId;
import demofusion.protocol.LeaseId;
import java.util.HashSet;
import java.util.Set;

/** One batch between its submission and its end, as the {@link LeaseLedger} knows it. */
final class LedgerBatch {
  final JobId job;
  final long number;
  final Urgency urgency;
  final int views;
  final Set<WorkerId> failedOn = new HashSet<>();
  private int epoch = -1;
  private int attempts;
  private boolean isLeased;
  private boolean leaseStands;

  LedgerBatch(JobId job, long number, Urgency urgency, int views) {
    this.job = job;
    this.number = number;
    this.urgency = urgency;
    this.views = views;
  }

  LeaseId lease() {
    epoch++;
    isLeased = true;
    leaseStands = true;
    return new LeaseId(job, number, epoch);
  }

  /** The lease is over and an answer under it would be late. */
  void takeBack() {
    isLeased = false;
    leaseStands = false;
  }

  /**
   * The worker seems to be gone; should its answer come yet, it counts until someone else is asked.
   */
  void miss() {
    isLeased = false;
  }

  boolean isLeased() {
    return isLeased;
  }

  boolean stands(LeaseId lease) {
    return leaseStands && lease.epoch() == epoch && lease.job().equals(job);
  }

  int failOn(WorkerId worker) {
    failedOn.add(worker);
    return ++attempts;
  }

  @Override
  public String toString() {
    return views == 0
        ? "a piece of work"
        : "a unit of " + views + (views == 1 ? " view" : " views");
  }
}
