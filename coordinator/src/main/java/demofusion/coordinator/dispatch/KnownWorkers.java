package demofusion.coordinator.dispatch;

import demofusion.coordinator.dispatch.audit.Audits;
import demofusion.coordinator.dispatch.ledger.DrainedWorkers;

/**
 * What is known of workers by name before any of them comes.
 *
 * @param audits of their answers, and who was proved wrong
 * @param pauses whose devices somebody wants back
 * @param drained who is to get nothing
 */
public record KnownWorkers(Audits audits, WorkerPauses pauses, DrainedWorkers drained) {
  /** Of whom none is paused or drained. */
  public static KnownWorkers of(Audits audits) {
    return new KnownWorkers(audits, new WorkerPauses(), new DrainedWorkers());
  }
}
