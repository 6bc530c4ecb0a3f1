package demofusion.coordinator.dispatch.ledger;

/** Rules that differ from the usual ones in what a test is about. */
public final class OtherRules {
  private OtherRules() {}

  /** The same for a coordinator that comes after this one. */
  public static LedgerRules startingLater(LedgerRules rules, long batches) {
    return new LedgerRules(
        rules.mostAttempts(),
        rules.windowBytes(),
        rules.shortestDeadline(),
        rules.longestDeadline(),
        rules.deadlineFactor(),
        rules.firstBatch() + batches);
  }

  public static LedgerRules withMostAttempts(LedgerRules rules, int attempts) {
    return new LedgerRules(
        attempts,
        rules.windowBytes(),
        rules.shortestDeadline(),
        rules.longestDeadline(),
        rules.deadlineFactor(),
        rules.firstBatch());
  }

  public static LedgerRules withWindow(LedgerRules rules, long bytes) {
    return new LedgerRules(
        rules.mostAttempts(),
        bytes,
        rules.shortestDeadline(),
        rules.longestDeadline(),
        rules.deadlineFactor(),
        rules.firstBatch());
  }
}
