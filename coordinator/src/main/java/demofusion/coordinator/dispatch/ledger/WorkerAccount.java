package demofusion.coordinator.dispatch.ledger;

import java.util.Optional;

/**
 * How a worker stands.
 *
 * @param device as its maker calls it
 * @param inFlight leases that it has
 * @param completed batches since it came
 * @param failed batches since it came
 * @param viewsPerSecond guided views on all its lanes, by its recent batches; 0 if not known yet
 * @param isDrained whether an operator wants it to get nothing
 * @param quarantineReason why it was quarantined, if it was
 */
public record WorkerAccount(
    String name,
    String device,
    int inFlight,
    long completed,
    long failed,
    double viewsPerSecond,
    boolean isDrained,
    Optional<String> quarantineReason) {
  static WorkerAccount of(LedgerWorker worker, WorkerQuarantine quarantine) {
    double nanos = worker.pace.nanos(WorkKind.FORWARD);
    String name = worker.terms.name();
    return new WorkerAccount(
        name,
        worker.terms.device(),
        worker.load(),
        worker.completed(),
        worker.failed(),
        nanos > 0 ? worker.terms.lanes() * 1e9 / nanos : 0,
        quarantine.isDrained(name),
        quarantine.quarantineReason(name));
  }
}
