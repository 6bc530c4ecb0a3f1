package demofusion.coordinator.render.ledger;

/** What a ledger counts. */
final class Tally {
  long leases;
  long retries;
  long speculated;
  long overdue;
  long lateAnswers;
  long setAside;

  LedgerCounts counts() {
    return new LedgerCounts(leases, retries, speculated, overdue, lateAnswers, setAside);
  }
}
