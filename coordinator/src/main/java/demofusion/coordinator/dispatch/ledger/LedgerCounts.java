package demofusion.coordinator.dispatch.ledger;

/**
 * How it went, of all jobs since the start.
 *
 * @param leases batches handed out, copies included
 * @param retries batches that failed and were tried again
 * @param speculated copies of batches for idle workers
 * @param overdue leases whose answer did not come in time
 * @param lateAnswers answers that came too late or twice, and were dropped
 * @param quarantined how often a worker was quarantined
 */
public record LedgerCounts(
    long leases, long retries, long speculated, long overdue, long lateAnswers, long quarantined) {
  /** While it is counted. */
  static final class Tally {
    long leases;
    long retries;
    long speculated;
    long overdue;
    long lateAnswers;
    long quarantined;

    LedgerCounts counts() {
      return new LedgerCounts(leases, retries, speculated, overdue, lateAnswers, quarantined);
    }
  }
}
