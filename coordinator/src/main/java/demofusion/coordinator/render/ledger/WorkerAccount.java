package demofusion.coordinator.render.ledger;

import java.util.Optional;

/**
 * How a worker stands.
 *
 * @param inHand leases that it has
 * @param completed batches since it came
 * @param failed batches since it came
 * @param viewsPerSecond guided views on all its lanes, by its recent batches; 0 if not known yet
 * @param isDrained whether an operator wants it to get nothing
 * @param reasonAside why it was put aside, if it was
 */
public record WorkerAccount(
    String name,
    int inHand,
    long completed,
    long failed,
    double viewsPerSecond,
    boolean isDrained,
    Optional<String> reasonAside) {
  static WorkerAccount of(LedgerWorker worker, Discipline discipline) {
    double nanos = worker.pace.nanos(WorkKind.FORWARD);
    String name = worker.terms.name();
    return new WorkerAccount(
        name,
        worker.load(),
        worker.completed(),
        worker.failed(),
        nanos > 0 ? worker.terms.lanes() * 1e9 / nanos : 0,
        discipline.isDrained(name),
        discipline.reasonAside(name));
  }
}
