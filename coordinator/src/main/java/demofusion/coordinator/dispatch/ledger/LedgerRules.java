package demofusion.coordinator.dispatch.ledger;

import java.time.Duration;

/**
 * The numbers by which a ledger decides.
 *
 * @param mostAttempts after so many failures of one batch it is given up
 * @param windowBytes of one job's answers that may wait for their turn
 * @param shortestDeadline no lease is overdue sooner
 * @param longestDeadline of leases of which nobody knows how long they take
 * @param deadlineFactor a lease is overdue after so many times its expected time, queue included
 * @param firstBatch a number higher than any that a coordinator before this one gave, since late
 *     answers to that one must not be taken for answers to this one
 */
public record LedgerRules(
    int mostAttempts,
    long windowBytes,
    Duration shortestDeadline,
    Duration longestDeadline,
    int deadlineFactor,
    long firstBatch) {
  private static final int MOST_ATTEMPTS = 4;
  private static final long WINDOW_BYTES = 64L << 20;
  private static final Duration SHORTEST = Duration.ofSeconds(5);
  private static final Duration LONGEST = Duration.ofMinutes(10);
  private static final int FACTOR = 5;

  public static LedgerRules startingAt(long firstBatch) {
    return new LedgerRules(MOST_ATTEMPTS, WINDOW_BYTES, SHORTEST, LONGEST, FACTOR, firstBatch);
  }
}
