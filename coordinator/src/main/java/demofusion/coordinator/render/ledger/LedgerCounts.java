package demofusion.coordinator.render.ledger;

/**
 * How it went, of all jobs since the start.
 *
 * @param leases batches handed out, copies included
 * @param retries batches that failed and were tried again
 * @param speculated copies of batches for idle workers
 * @param overdue leases whose answer did not come in time
 * @param lateAnswers answers that came too late or twice, and were dropped
 * @param setAside how often a worker was put aside
 */
public record LedgerCounts(
    long leases, long retries, long speculated, long overdue, long lateAnswers, long setAside) {}
