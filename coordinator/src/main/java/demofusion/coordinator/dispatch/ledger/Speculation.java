package demofusion.coordinator.dispatch.ledger;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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

  /**
   * One that might be done twice.
   *
   * @param end when its holder will have answered it, in nanoseconds from now
   */
  private record Candidate(Copy copy, double end) {
    LedgerBatch batch() {
      return copy.batch;
    }
  }

  private final CompletionForecast forecast;
  private final Collection<LedgerWorker> workers;
  private final long now;
  private final Map<LedgerJob, List<Candidate>> candidates = new HashMap<>();

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
    Candidate latest = null;
    for (LedgerJob job : jobs) {
      for (Candidate candidate : candidates.computeIfAbsent(job, this::ofJob)) {
        if (latest != null && candidate.end <= latest.end) {
          break;
        }
        if (suits(job, candidate.batch(), idle)
            && candidate.end > (durations == 0 ? 0 : here(idle, durations, candidate))) {
          latest = candidate;
          break;
        }
      }
    }
    return Optional.ofNullable(latest).map(Candidate::copy);
  }

  /** What may be done twice by anybody: the same for all idle workers, of which there are many. */
  private List<Candidate> ofJob(LedgerJob job) {
    LedgerBatch blocker = job.blocker();
    if (blocker == null && job.pending(Urgency.PICTURE) > 0) {
      return List.of();
    }
    List<Candidate> all = new ArrayList<>();
    for (LedgerWorker holder : workers) {
      for (InFlight lease : holder.inFlight()) {
        if (isWanted(job, lease, blocker) && mayBeDoubled(lease)) {
          Copy copy = new Copy(lease.batch, holder, lease);
          all.add(new Candidate(copy, forecast.end(holder, lease)));
        }
      }
    }
    all.sort(Comparator.comparingDouble(Candidate::end).reversed());
    return all;
  }

  /** When the idle worker is that far with it, in nanoseconds from now. */
  private double here(LedgerWorker idle, double durations, Candidate candidate) {
    BatchTerms batch = candidate.batch().terms;
    return idle.wire.nanos(batch.kind())
        + idle.reload(now)
        + durations * forecast.duration(idle, batch);
  }

  /** Words are encoded once for a job, unless it takes suspiciously long. */
  private boolean mayBeDoubled(InFlight lease) {
    return lease.batch.terms.kind() != WorkKind.ENCODE || now - lease.leasedAt > ENCODING_NANOS;
  }

  private static boolean isWanted(LedgerJob job, InFlight lease, @Nullable LedgerBatch blocker) {
    LedgerBatch batch = lease.batch;
    return job.batch(batch.number) == batch
        && (blocker == null || blocker == batch)
        && !lease.isOverdue()
        && batch.stands(lease.lease)
        && batch.copies() == 1
        && !job.isPending(batch)
        && job.isUrgent(batch);
  }

  private static boolean suits(LedgerJob job, LedgerBatch batch, LedgerWorker idle) {
    return !batch.isHeldBy(idle.id)
        && !batch.failedOn.contains(idle.id)
        && batch.rank(idle) == 0
        && !job.memory.excludes(idle.id, batch.terms);
  }
}
