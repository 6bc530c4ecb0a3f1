package demofusion.coordinator.render;

import demofusion.protocol.FailureCode;
import demofusion.protocol.JobId;
import demofusion.protocol.LeaseId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Who does what: which batches wait, which are in whose hands, what is tried again and what is
 * given up. Events in, decisions out; no actor, no clock, no chance. Which batches there are and
 * what is in them is the plan's business, so nothing here can change a picture's bits.
 *
 * <p>Jobs of a higher priority go first, then pictures before previews, then the job with the
 * fewest leases, then whatever came first.
 */
final class LeaseLedger {
  private final int mostAttempts;
  private final Map<JobId, LedgerJob> jobs = new LinkedHashMap<>();
  private final Map<WorkerId, LedgerWorker> workers = new LinkedHashMap<>();
  private long nextBatch;
  private long lateAnswers;
  private long retries;

  /**
   * @param mostAttempts after so many failures of one batch it is given up
   */
  LeaseLedger(int mostAttempts) {
    this.mostAttempts = mostAttempts;
  }

  void open(JobId job, JobTerms terms) {
    jobs.putIfAbsent(job, new LedgerJob(terms));
  }

  /**
   * Ends a job, whatever is left of it.
   *
   * @return its leases, to be withdrawn; each still gives its credit back when it is answered
   */
  List<Lease> close(JobId job) {
    jobs.remove(job);
    List<Lease> leases = new ArrayList<>();
    for (LedgerWorker worker : workers.values()) {
      for (LeaseId lease : worker.inHand()) {
        if (lease.job().equals(job)) {
          leases.add(new Lease(lease, worker.id));
        }
      }
    }
    return leases;
  }

  /** The numbers of the batches that a job has left. */
  List<Long> batches(JobId job) {
    LedgerJob account = jobs.get(job);
    return account == null ? List.of() : List.copyOf(account.batches.keySet());
  }

  boolean isOpen(JobId job) {
    return jobs.containsKey(job);
  }

  /**
   * A batch of an open job.
   *
   * @param views guided views of one forward of the UNet; 0 for other work
   * @return its number, never used again
   */
  long submit(JobId job, Urgency urgency, int views) {
    LedgerJob account = jobs.get(job);
    if (account == null) {
      throw new IllegalArgumentException("job " + job + " is not open");
    }
    LedgerBatch batch = new LedgerBatch(job, nextBatch++, urgency, views);
    account.add(batch);
    return batch.number;
  }

  /** A worker is there; one that is known already keeps what it has in hand. */
  void introduce(WorkerId id, String name, String modelHash, int credits) {
    workers.putIfAbsent(id, new LedgerWorker(id, name, modelHash, credits));
  }

  /** Hands out one batch to the worker with the least in hand; to be called until it is empty. */
  Optional<Lease> lease() {
    List<LedgerWorker> free =
        workers.values().stream()
            .filter(LedgerWorker::hasCredit)
            .sorted(Comparator.comparingInt(LedgerWorker::load))
            .toList();
    for (LedgerWorker worker : free) {
      Optional<LedgerBatch> batch = bestFor(worker);
      if (batch.isPresent()) {
        return Optional.of(lease(batch.get(), worker));
      }
    }
    return Optional.empty();
  }

  private Lease lease(LedgerBatch batch, LedgerWorker worker) {
    job(batch).lease(batch);
    LeaseId lease = batch.lease();
    worker.take(lease);
    return new Lease(lease, worker.id);
  }

  private Optional<LedgerBatch> bestFor(LedgerWorker worker) {
    return jobs.values().stream()
        .filter(job -> job.terms.modelHash().equals(worker.modelHash))
        .flatMap(job -> Optional.ofNullable(job.first(batch -> suits(worker, job, batch))).stream())
        .min(
            Comparator.comparingInt((LedgerBatch batch) -> -job(batch).terms.priority())
                .thenComparing(batch -> batch.urgency)
                .thenComparingInt(batch -> job(batch).leased())
                .thenComparingLong(batch -> batch.number));
  }

  /** A batch that failed on a worker goes to another, if there is one that could do it. */
  private boolean suits(LedgerWorker worker, LedgerJob job, LedgerBatch batch) {
    if (job.isTooSmall(worker.id, batch)) {
      return false;
    }
    return !batch.failedOn.contains(worker.id)
        || workers.values().stream()
            .filter(other -> isAble(other, job, batch))
            .allMatch(other -> batch.failedOn.contains(other.id));
  }

  private static boolean isAble(LedgerWorker worker, LedgerJob job, LedgerBatch batch) {
    return worker.modelHash.equals(job.terms.modelHash()) && !job.isTooSmall(worker.id, batch);
  }

  /**
   * An answer.
   *
   * @return whether it counts; if not, it came too late or twice
   */
  boolean completed(LeaseId lease, WorkerId worker) {
    LedgerBatch batch = answered(lease, worker);
    if (batch == null) {
      lateAnswers++;
      return false;
    }
    endLease(batch);
    job(batch).remove(batch);
    return true;
  }

  /**
   * A batch came back undone.
   *
   * @param largestViewBatch after OUT_OF_MEMORY, how many views this worker does hold
   * @return the batch, if it is not tried again
   */
  Optional<GivenUp> failed(
      LeaseId lease, WorkerId worker, FailureCode code, String sentence, int largestViewBatch) {
    String name = name(worker);
    LedgerBatch batch = answered(lease, worker);
    if (batch == null) {
      lateAnswers++;
      return Optional.empty();
    }
    endLease(batch);
    batch.takeBack();
    LedgerJob job = job(batch);
    job.putBack(batch);
    if (code == FailureCode.CANCELLED) {
      return Optional.empty(); // handed back, not failed
    }
    if (code == FailureCode.OUT_OF_MEMORY) {
      job.markTooSmall(worker, batch, largestViewBatch);
      return workers.values().stream().anyMatch(other -> isAble(other, job, batch))
          ? Optional.empty()
          : Optional.of(giveUp(batch, code, tooLarge(batch, sentence)));
    }
    if (code.band() != FailureCode.Band.WORKER) {
      return Optional.of(giveUp(batch, code, sentence));
    }
    return retry(batch, worker, code, name + ": " + sentence);
  }

  /** A worker is gone, and what it had in hand is for others. */
  List<GivenUp> lost(WorkerId id) {
    LedgerWorker worker = workers.remove(id);
    List<GivenUp> givenUp = new ArrayList<>();
    if (worker == null) {
      return givenUp;
    }
    for (LeaseId lease : worker.inHand()) {
      LedgerBatch batch = standing(lease);
      if (batch != null) {
        endLease(batch);
        batch.miss();
        job(batch).putBack(batch);
        retry(batch, id, FailureCode.WORKER_LOST, worker.name + " went away")
            .ifPresent(givenUp::add);
      }
    }
    return givenUp;
  }

  private Optional<GivenUp> retry(
      LedgerBatch batch, WorkerId worker, FailureCode code, String sentence) {
    int attempts = batch.failOn(worker);
    if (attempts >= mostAttempts) {
      String last = batch + " failed " + attempts + " times, the last time on " + sentence;
      return Optional.of(giveUp(batch, code, last));
    }
    retries++;
    return Optional.empty();
  }

  private GivenUp giveUp(LedgerBatch batch, FailureCode code, String sentence) {
    job(batch).remove(batch);
    return new GivenUp(batch.number, code, sentence);
  }

  private String tooLarge(LedgerBatch batch, String sentence) {
    int largest = job(batch).largestViewBatch();
    if (batch.views == 0) {
      return "no worker's memory holds a tile of the picture: " + sentence;
    }
    return largest > 0
        ? "no worker's memory holds " + batch + "; the largest that fits is --view-batch " + largest
        : "no worker's memory holds even one view of this picture: " + sentence;
  }

  /** Whether an answer under this lease would still count. */
  boolean stands(LeaseId lease) {
    return standing(lease) != null;
  }

  long lateAnswers() {
    return lateAnswers;
  }

  long retries() {
    return retries;
  }

  /** Batches that wait for a worker. */
  int pending() {
    return jobs.values().stream().mapToInt(LedgerJob::pending).sum();
  }

  /** What a worker is called by people. */
  String name(WorkerId id) {
    LedgerWorker worker = workers.get(id);
    return worker == null ? "a worker that is gone" : worker.name;
  }

  private @Nullable LedgerBatch answered(LeaseId lease, WorkerId id) {
    LedgerWorker worker = workers.get(id);
    if (worker != null) {
      worker.giveBack(lease);
    }
    return standing(lease);
  }

  private @Nullable LedgerBatch standing(LeaseId lease) {
    LedgerJob job = jobs.get(lease.job());
    LedgerBatch batch = job == null ? null : job.batches.get(lease.batch());
    return batch != null && batch.stands(lease) ? batch : null;
  }

  private void endLease(LedgerBatch batch) {
    if (batch.isLeased()) {
      job(batch).endLease();
    }
  }

  private LedgerJob job(LedgerBatch batch) {
    LedgerJob job = jobs.get(batch.job);
    if (job == null) {
      throw new IllegalStateException("batch " + batch.number + " belongs to no open job");
    }
    return job;
  }
}
