package demofusion.coordinator.dispatch.ledger;

import java.util.Collection;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Which batch in somebody's hands an idle worker does as well; the first answer counts, and the
 * bits are the same.
 *
 * <p>Only where a job has nothing left to hand out (or must not hand out more, because answers
 * ahead of their turn fill its window: then the batch that all of them wait for). Of its batches
 * that only one worker has, the one that would be answered last, if the idle worker would answer
 * clearly earlier. A batch that waits in its holder's hands is taken away from it at the same time:
 * what was handed out too far ahead is handed out again this way.
 */
final class Speculation {
  private static final double CLEARLY = 0.25; // of the time that the batch takes
  private static final long FORGOTTEN_NANOS = 10_000_000_000L;
  private static final int FORGOTTEN_BATCHES = 10;
  private static final long ENCODING_NANOS = 5_000_000_000L;

  /** A batch that an idle worker is given, and who has it already. */
  record Copy(LedgerBatch batch, LedgerWorker holder, InFlight lease) {}

  private final CompletionForecast forecast;
  private final Collection<LedgerWorker> workers;
  private final long now;

  Speculation(CompletionForecast forecast, Collection<LedgerWorker> workers, long now) {
    this.forecast = forecast;
    this.workers = workers;
    this.now = now;
  }

  /** What would be answered last of these jobs, if the idle worker answers it earlier. */
  Optional<Copy> lastOf(Collection<LedgerJob> jobs, LedgerWorker idle) {
    return find(jobs, idle, 1 + CLEARLY);
  }

  /**
   * A worker that was slow, or whose answers were long on their way, gets so little near the end of
   * a timestep that it might never prove that it is fast again. Where it has not been asked for
   * long, it does a batch that somebody else has, whatever is known of it.
   */
  Optional<Copy> forgotten(Collection<LedgerJob> jobs, LedgerWorker idle) {
    double own = idle.pace.nanos(WorkKind.FORWARD);
    long silence = now - idle.lastAnswer();
    boolean isForgotten = own > 0 && silence > Math.max(FORGOTTEN_NANOS, FORGOTTEN_BATCHES * own);
    return isForgotten ? find(jobs, idle, 0) : Optional.empty();
  }

  /**
   * @param durations of the batch on the idle worker that must have passed before its holder is
   *     done; 0 asks for no such thing, nor for what is known of the idle worker's line and model
   */
  private Optional<Copy> find(Collection<LedgerJob> jobs, LedgerWorker idle, double durations) {
    Copy latest = null;
    double latestEnd = 0;
    for (LedgerJob job : jobs) {
      LedgerBatch blocker = job.blocker();
      if (blocker == null && job.pending(Urgency.PICTURE) > 0) {
        continue;
      }
      for (LedgerWorker holder : workers) {
        for (InFlight lease : holder.inFlight()) {
          if (isWanted(job, lease, blocker, idle) && mayBeDoubled(lease)) {
            double end = forecast.end(holder, lease);
            double here = durations == 0 ? 0 : here(idle, durations, lease);
            if (end > Math.max(here, latestEnd)) {
              latest = new Copy(lease.batch, holder, lease);
              latestEnd = end;
            }
          }
        }
      }
    }
    return Optional.ofNullable(latest);
  }

  /** When the idle worker is that far with it, in nanoseconds from now. */
  private double here(LedgerWorker idle, double durations, InFlight lease) {
    return idle.overhead()
        + idle.reload(now)
        + durations * forecast.duration(idle, lease.batch.terms);
  }

  /** Words are encoded once for a job, unless it takes suspiciously long. */
  private boolean mayBeDoubled(InFlight lease) {
    return lease.batch.terms.kind() != WorkKind.ENCODE || now - lease.leasedAt > ENCODING_NANOS;
  }

  private boolean isWanted(
      LedgerJob job, InFlight lease, @Nullable LedgerBatch blocker, LedgerWorker idle) {
    LedgerBatch batch = lease.batch;
    return job.batch(batch.number) == batch
        && (blocker == null || blocker == batch)
        && !lease.isOverdue()
        && batch.stands(lease.lease)
        && batch.copies() == 1
        && !job.isPending(batch)
        && job.isUrgent(batch)
        && !batch.isHeldBy(idle.id)
        && !batch.failedOn.contains(idle.id)
        && batch.rank(idle) == 0
        && !job.memory.excludes(idle.id, batch.terms);
  }
}
