package demofusion.coordinator.dispatch.ledger;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Which batch a worker gets, at one moment.
 *
 * <p>Jobs of a higher priority go first. Among jobs of one priority: batches that a picture waits
 * for, then a second copy of what would be answered too late ({@link Speculation}), then what a
 * picture's next timestep will wait for, then previews.
 *
 * <p>Fair shares: of jobs of one priority, the one that was given the least device time goes first.
 * A batch counts with the time that such work takes on a fast worker, so a job with many small
 * batches and one with few large ones get the same time. A job that comes, or comes back from a
 * pause, begins with as much as the least that a job in progress has: neither newcomers nor those
 * who waited at the end of a timestep get more than their share afterwards.
 *
 * <p>Networks: a worker goes on with the ControlNets, IP-Adapters and LoRAs that it has, of a job
 * of the same priority, until that is a turn ahead of the job whose batch it would have got. Two
 * jobs with other networks would else take turns batch by batch, and a device that holds one
 * network at a time would copy one there for each.
 *
 * <p>Slow workers: a batch is not given to a worker if the others could answer everything that
 * waits before it would answer this one. So a slow worker takes its part in the middle of a
 * timestep and nothing near its end.
 */
final class BatchSelection {
  /** A batch for a worker; the copy's origin if somebody else has it already. */
  record Chosen(LedgerJob job, LedgerBatch batch, Speculation.@Nullable Copy copy) {}

  private static final BatchTerms ANY_FORWARD = BatchTerms.forward(1, 1, 0, false);

  /** Device time that a job may be ahead by, for the sake of the networks that are there. */
  private static final double TURN = 10e9;

  private final CompletionForecast forecast;
  private final Speculation speculation;
  private final List<LedgerWorker> available;
  private final Map<Integer, List<LedgerJob>> byPriority = new TreeMap<>(Comparator.reverseOrder());

  /**
   * @param workers all there are
   * @param available those that get work
   */
  BatchSelection(
      Collection<LedgerJob> jobs,
      Collection<LedgerWorker> workers,
      List<LedgerWorker> available,
      long now) {
    this.forecast = new CompletionForecast(workers, now);
    this.speculation = new Speculation(forecast, workers, now);
    this.available = available;
    jobs.stream()
        .filter(LedgerJob::isActive)
        .sorted(Comparator.comparingDouble(LedgerJob::service))
        .forEach(
            job ->
                byPriority
                    .computeIfAbsent(job.terms.priority(), any -> new ArrayList<>())
                    .add(job));
  }

  /** Those that can be given something, the one that would answer it first at the head. */
  List<LedgerWorker> free() {
    record Free(LedgerWorker worker, double end) {}
    return available.stream()
        .filter(LedgerWorker::hasCredit)
        .map(worker -> new Free(worker, forecast.end(worker, ANY_FORWARD)))
        .sorted(Comparator.comparingDouble(Free::end))
        .map(Free::worker)
        .toList();
  }

  CompletionForecast forecast() {
    return forecast;
  }

  /** Of what there is for it, what goes first. */
  Optional<Chosen> forWorker(LedgerWorker worker) {
    int before = 0; // batches that go before those of the jobs that are looked at
    List<LedgerJob> own = new ArrayList<>();
    for (List<LedgerJob> level : byPriority.values()) {
      List<LedgerJob> jobs =
          level.stream().filter(job -> job.terms.model().equals(worker.terms.model())).toList();
      Optional<Chosen> chosen = pending(worker, jobs, Urgency.PICTURE, before);
      if (chosen.isEmpty() && worker.hasFreeLane(1)) {
        chosen = speculation.lastOf(jobs, worker).map(copy -> chosen(jobs, copy));
      }
      if (chosen.isEmpty()) {
        chosen = pending(worker, jobs, Urgency.AHEAD, before);
      }
      if (chosen.isEmpty()) {
        chosen = pending(worker, jobs, Urgency.PREVIEW, before);
      }
      if (chosen.isPresent()) {
        return chosen;
      }
      own.addAll(jobs);
      before += jobs.stream().mapToInt(job -> job.pending(Urgency.PICTURE)).sum();
    }
    return worker.load() > 0
        ? Optional.empty()
        : speculation.forgotten(own, worker).map(copy -> chosen(own, copy));
  }

  private static Chosen chosen(List<LedgerJob> jobs, Speculation.Copy copy) {
    LedgerBatch batch = copy.batch();
    LedgerJob job =
        jobs.stream().filter(one -> one.batch(batch.number) == batch).findFirst().orElseThrow();
    return new Chosen(job, batch, copy);
  }

  private Optional<Chosen> pending(
      LedgerWorker worker, List<LedgerJob> jobs, Urgency urgency, int before) {
    for (LedgerJob job : inTurn(worker, jobs, urgency)) {
      int waiting = before + job.pending(urgency);
      LedgerBatch batch = job.first(urgency, one -> suits(worker, job, one));
      if (batch != null && !isInTime(worker, job, batch, waiting)) {
        // The same goes for all others, save those that would not go to just anybody.
        batch =
            job.first(
                urgency,
                one ->
                    (!one.failedOn.isEmpty() || one.draws != null)
                        && suits(worker, job, one)
                        && isInTime(worker, job, one, waiting));
      }
      if (batch != null) {
        return Optional.of(new Chosen(job, batch, null));
      }
    }
    return Optional.empty();
  }

  /**
   * @param jobs with the one first that was given the least
   */
  private static List<LedgerJob> inTurn(
      LedgerWorker worker, List<LedgerJob> jobs, Urgency urgency) {
    if (jobs.size() < 2) {
      return jobs;
    }
    double least = jobs.get(0).service();
    return jobs.stream()
        .sorted(
            Comparator.comparing(
                job -> job.service() > least + TURN || changesNetworks(worker, job, urgency)))
        .toList();
  }

  private static boolean changesNetworks(LedgerWorker worker, LedgerJob job, Urgency urgency) {
    LedgerBatch next = job.next(urgency);
    return next != null && worker.wouldChangeNetworks(next.terms);
  }

  /** A batch that went wrong on a worker goes to another, if there is one that could do it. */
  private boolean suits(LedgerWorker worker, LedgerJob job, LedgerBatch batch) {
    return worker.hasCredit(batch.terms)
        && !job.memory.excludes(worker.id, batch.terms)
        && (!wentWrong(worker, batch)
            || available.stream().noneMatch(other -> wouldDo(other, job, batch)))
        && (batch.draws == null
            || available.stream().noneMatch(other -> isFitter(other, worker, job, batch)));
  }

  /** Draws of one unit go to different workers, as far as there are any. */
  private static boolean isFitter(
      LedgerWorker other, LedgerWorker worker, LedgerJob job, LedgerBatch batch) {
    return wouldDo(other, job, batch) && batch.rank(other) < batch.rank(worker);
  }

  private static boolean wentWrong(LedgerWorker worker, LedgerBatch batch) {
    return batch.failedOn.contains(worker.id) || batch.isHeldBy(worker.id);
  }

  private static boolean wouldDo(LedgerWorker worker, LedgerJob job, LedgerBatch batch) {
    return worker.terms.model().equals(job.terms.model())
        && !job.memory.excludes(worker.id, batch.terms)
        && !wentWrong(worker, batch);
  }

  private boolean isInTime(LedgerWorker worker, LedgerJob job, LedgerBatch batch, int waiting) {
    double end = forecast.end(worker, batch.terms);
    double answered = 0; // by the others, by then
    for (LedgerWorker other : available) {
      if (other != worker
          && wouldDo(other, job, batch)
          && batch.rank(other) <= batch.rank(worker)) {
        answered += forecast.endsBefore(other, batch.terms, end);
        if (answered >= waiting) {
          return false;
        }
      }
    }
    return true;
  }
}
