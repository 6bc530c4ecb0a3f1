package demofusion.coordinator.dispatch.ledger;

/**
 * When an answer is overdue. Its batch is then somebody else's too, while the answer still counts
 * if it comes first; the worker is asked to hand back what it has not begun, again and again but
 * ever more rarely, and is given nothing new until it says something. That is how a worker that
 * hangs is found out, and a message that got lost; neither is held against it.
 *
 * <p>A lease is overdue after {@link LedgerRules#deadlineFactor} times the expected time, what lies
 * before it in the worker's hands included, but never before {@link LedgerRules#shortestDeadline}.
 * Of a worker whose pace is not known much is hoped for, and eight times more is allowed; where
 * nobody's is known, {@link LedgerRules#longestDeadline} for each batch, and a tenth of that for
 * the encoding of words.
 */
final class Deadlines {
  private static final int UNKNOWN_PACE_FACTOR = 8;
  private static final int ENCODING_IS_SHORTER = 10;
  private static final long MOST_PATIENCE_NANOS = 300_000_000_000L;

  private final LedgerRules rules;

  Deadlines(LedgerRules rules) {
    this.rules = rules;
  }

  /**
   * @return nanoseconds from now
   */
  long nanos(CompletionForecast forecast, LedgerWorker worker, BatchTerms batch) {
    long shortest = rules.shortestDeadline().toNanos();
    long longest =
        rules.longestDeadline().toNanos()
            / (batch.kind() == WorkKind.ENCODE ? ENCODING_IS_SHORTER : 1);
    int ahead = worker.load() / worker.terms.lanes(batch.threads());
    if (!forecast.isKnown(worker.terms.model(), batch.kind())) {
      return Math.max(shortest, longest * (1 + ahead));
    }
    int patience = worker.pace.nanos(batch.kind()) > 0 ? 1 : UNKNOWN_PACE_FACTOR;
    double expected = forecast.nominalEnd(worker, batch);
    return patience * Math.max(shortest, (long) (rules.deadlineFactor() * expected));
  }

  /** Until a worker is asked for the second time. */
  long firstPatience() {
    return rules.shortestDeadline().toNanos();
  }

  long mostPatience() {
    return Math.max(MOST_PATIENCE_NANOS, firstPatience());
  }
}
