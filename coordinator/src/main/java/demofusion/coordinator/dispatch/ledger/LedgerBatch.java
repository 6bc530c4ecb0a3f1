package demofusion.coordinator.dispatch.ledger;

import demofusion.protocol.JobId;
import demofusion.protocol.LeaseId;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One batch between its submission and its end, as the {@link LeaseLedger} knows it. Several
 * workers may have it at once; the first answer under a lease that stands counts.
 */
final class LedgerBatch {
  /** What is to be thought of a lease. */
  private enum Standing {
    /** Its answer is waited for. */
    LIVE,
    /** Its answer is not waited for any more, but counts if it comes. */
    OVERDUE,
    /** Its worker seems to be gone, and may be asked anew; its answer counts if it comes. */
    MISSED
  }

  private record Held(WorkerId worker, Standing standing) {}

  final JobId job;
  final long number;
  final BatchTerms terms;
  final @Nullable Draws draws; // null where it is the only one
  final long offset; // bytes of the job's answers that come before this one's
  final Set<WorkerId> failedOn = new HashSet<>();
  final Set<WorkerId> missedOn = new HashSet<>(); // that lacked something for it once
  final Set<String> namesFailedOn = new HashSet<>();
  private final Map<Integer, Held> held = new HashMap<>();
  private int epoch = -1;
  private int attempts;

  LedgerBatch(JobId job, long number, BatchTerms terms, @Nullable Draws draws, long offset) {
    this.job = job;
    this.number = number;
    this.terms = terms;
    this.draws = draws;
    this.offset = offset;
  }

  LeaseId lease(WorkerId worker) {
    epoch++;
    held.put(epoch, new Held(worker, Standing.LIVE));
    return new LeaseId(job, number, epoch);
  }

  boolean wasLeased() {
    return epoch >= 0;
  }

  boolean stands(LeaseId lease) {
    return held.containsKey(lease.epoch());
  }

  boolean stands(LeaseId lease, WorkerId worker) {
    Held holder = held.get(lease.epoch());
    return holder != null && holder.worker.equals(worker);
  }

  /** An answer under this lease would be late from here on. */
  void end(LeaseId lease) {
    held.remove(lease.epoch());
  }

  void markOverdue(LeaseId lease) {
    mark(lease, Standing.OVERDUE);
  }

  void markMissed(LeaseId lease) {
    mark(lease, Standing.MISSED);
  }

  private void mark(LeaseId lease, Standing standing) {
    held.computeIfPresent(lease.epoch(), (any, holder) -> new Held(holder.worker, standing));
  }

  /** How many workers' answers are waited for. */
  int copies() {
    return (int) held.values().stream().filter(one -> one.standing == Standing.LIVE).count();
  }

  /** Whether this worker has it in hand, as far as is known. */
  boolean isHeldBy(WorkerId worker) {
    return held.values().stream()
        .anyMatch(one -> one.worker.equals(worker) && one.standing != Standing.MISSED);
  }

  /** All leases under which it is out, to be withdrawn. */
  List<Lease> leases() {
    return held.entrySet().stream()
        .map(one -> new Lease(new LeaseId(job, number, one.getKey()), one.getValue().worker, false))
        .toList();
  }

  /** Of several draws of one unit: the lower, the sooner a worker is asked; see {@link Draws}. */
  int rank(LedgerWorker worker) {
    return draws == null ? 0 : draws.rank(worker, this);
  }

  int countAttempt() {
    return ++attempts;
  }

  @Override
  public String toString() {
    return terms.toString();
  }
}
