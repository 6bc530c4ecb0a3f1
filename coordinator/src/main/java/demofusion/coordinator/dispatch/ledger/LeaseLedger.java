package demofusion.coordinator.dispatch.ledger;

import demofusion.protocol.FailureCode;
import demofusion.protocol.JobId;
import demofusion.protocol.LeaseId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Who does what: which batches wait, which are in whose hands, what is done twice, what is tried
 * again and what is given up. After every event, {@link #lease} is to be called until it is empty,
 * then {@link #withdrawals}. Which batch goes to whom is {@link BatchSelection}'s decision.
 *
 * <p>Times are of any monotonic clock in nanoseconds; they decide who does what, never what comes
 * of it.
 */
public final class LeaseLedger {
  private final LedgerRules rules;
  private final Deadlines deadlines;
  private final WorkerQuarantine quarantine = new WorkerQuarantine();
  private final LedgerCounts.Tally tally = new LedgerCounts.Tally();
  private final Map<JobId, LedgerJob> jobs = new LinkedHashMap<>();
  private final Map<WorkerId, LedgerWorker> workers = new LinkedHashMap<>();
  private final WorkerNames namesOfLost = new WorkerNames();
  private final List<Lease> withdrawals = new ArrayList<>();
  private long nextBatch;

  public LeaseLedger(LedgerRules rules) {
    this.rules = rules;
    this.deadlines = new Deadlines(rules);
    this.nextBatch = rules.firstBatch();
  }

  public void open(JobId job, JobTerms terms) {
    jobs.putIfAbsent(job, new LedgerJob(terms, rules.windowBytes()));
  }

  public boolean isOpen(JobId job) {
    return jobs.containsKey(job);
  }

  /**
   * Ends a job, whatever is left of it: its leases are withdrawn, and each gives its credit back
   * when it is answered.
   *
   * @return the numbers of the batches that it had left
   */
  public List<Long> close(JobId job) {
    List<Long> left = new ArrayList<>();
    LedgerJob closed = jobs.remove(job);
    if (closed != null) {
      for (LedgerBatch batch : closed.batches()) {
        left.add(batch.number);
        withdrawals.addAll(batch.leases());
      }
    }
    return left;
  }

  /**
   * A batch of an open job.
   *
   * @return its number, never used again
   */
  public long submit(JobId id, BatchTerms terms) {
    return submit(id, terms, null);
  }

  /**
   * A batch of an open job.
   *
   * @param draws of one unit, of which this is another; null if it is the only one
   * @return its number, never used again
   */
  public long submit(JobId id, BatchTerms terms, @Nullable Draws draws) {
    LedgerJob job = jobs.get(id);
    if (job == null) {
      throw new IllegalArgumentException("job " + id + " is not open");
    }
    if (!job.isActive()) {
      jobs.values().stream()
          .filter(other -> other.isActive() && other.terms.equals(job.terms))
          .mapToDouble(LedgerJob::service)
          .min()
          .ifPresent(job::raiseServiceTo);
    }
    LedgerBatch batch = new LedgerBatch(id, nextBatch++, terms, draws, job.offset());
    if (draws != null) {
      draws.add(batch);
    }
    job.add(batch);
    return batch.number;
  }

  /** The job waits for nothing but its previews: they are as urgent as pictures from here on. */
  public void hurry(JobId id) {
    LedgerJob job = jobs.get(id);
    if (job != null) {
      job.hurry();
    }
  }

  /** A worker is there; one that is known already keeps what it has in hand. */
  public void introduce(WorkerId id, WorkerTerms terms, long now) {
    workers.putIfAbsent(id, new LedgerWorker(id, terms, now));
  }

  /** Hands out one batch, first of all to the worker that would answer it first. */
  public Optional<Lease> lease(long now) {
    List<LedgerWorker> available =
        workers.values().stream()
            .filter(worker -> quarantine.allows(worker.terms.name()) && !worker.isSilent())
            .toList();
    BatchSelection choice = new BatchSelection(jobs.values(), workers.values(), available, now);
    for (LedgerWorker worker : choice.free()) {
      Optional<BatchSelection.Chosen> chosen = choice.forWorker(worker);
      if (chosen.isPresent()) {
        return Optional.of(lease(chosen.get(), worker, choice.forecast(), now));
      }
    }
    return Optional.empty();
  }

  private Lease lease(
      BatchSelection.Chosen chosen, LedgerWorker worker, CompletionForecast forecast, long now) {
    LedgerBatch batch = chosen.batch();
    LedgerJob job = chosen.job();
    if (!batch.wasLeased()) {
      job.charge(forecast.duration(job.terms.model(), batch.terms));
    }
    job.takeOut(batch);
    if (batch.draws != null) {
      batch.draws.begun(worker.terms.hardware());
    }
    LeaseId lease = batch.lease(worker.id);
    long deadline = now + deadlines.nanos(forecast, worker, batch.terms);
    worker.take(new InFlight(lease, batch, now, deadline));
    tally.leases++;
    Speculation.Copy copy = chosen.copy();
    if (copy != null) {
      tally.speculated++;
      if (!copy.lease().hasBegun()) {
        withdrawals.add(new Lease(copy.lease().lease, copy.holder().id, false));
      }
    }
    return new Lease(lease, worker.id, copy != null);
  }

  /** What workers are to be told not to begin, since the last time this was asked. */
  public List<Lease> withdrawals() {
    List<Lease> all = List.copyOf(withdrawals);
    withdrawals.clear();
    return all;
  }

  /**
   * Time has passed.
   *
   * @return the leases that are overdue since now
   */
  public List<Lease> tick(long now) {
    List<Lease> missed = new ArrayList<>();
    for (LedgerWorker worker : workers.values()) {
      for (InFlight lease : worker.inFlight()) {
        if (!lease.isOverdue() && now - lease.deadline >= 0) {
          miss(worker, lease, now);
          missed.add(new Lease(lease.lease, worker.id, false));
        } else if (lease.asksAgain(now, deadlines.mostPatience())) {
          withdrawals.add(new Lease(lease.lease, worker.id, false));
        }
      }
    }
    return missed;
  }

  /**
   * A worker's heartbeats stay away: it is given nothing more until they come again, and what it
   * has in hand is given to others too. Its answers count as before.
   *
   * @return the leases that are overdue since now
   */
  public List<Lease> silent(WorkerId id, long now) {
    LedgerWorker worker = workers.get(id);
    List<Lease> missed = new ArrayList<>();
    if (worker != null) {
      worker.setUnheard(true);
      for (InFlight lease : worker.inFlight()) {
        if (!lease.isOverdue()) {
          miss(worker, lease, now);
          missed.add(new Lease(lease.lease, id, false));
        }
      }
    }
    return missed;
  }

  /** A worker that was silent is heard again. */
  public void heard(WorkerId id) {
    LedgerWorker worker = workers.get(id);
    if (worker != null) {
      worker.setUnheard(false);
    }
  }

  /** A message of this lease seems to have got lost: not to be waited for any longer. */
  public void dropped(LeaseId id, WorkerId workerId, long now) {
    LedgerWorker worker = workers.get(workerId);
    if (worker != null) {
      worker.inFlight().stream()
          .filter(lease -> lease.lease.equals(id) && !lease.isOverdue())
          .findFirst()
          .ifPresent(lease -> miss(worker, lease, now));
    }
  }

  private void miss(LedgerWorker worker, InFlight lease, long now) {
    lease.miss(now, deadlines.firstPatience());
    withdrawals.add(new Lease(lease.lease, worker.id, false));
    LedgerBatch batch = standing(lease.lease, worker.id);
    if (batch != null) {
      tally.overdue++;
      batch.markOverdue(lease.lease);
      putBackUnlessSomebodyHasIt(batch);
    }
  }

  /**
   * An answer.
   *
   * @param deviceNanos that the work took
   * @param waitedNanos that it lay at the worker before
   * @return whether it counts; if not, it came too late or twice
   */
  public boolean completed(
      LeaseId lease, WorkerId workerId, long deviceNanos, long waitedNanos, long now) {
    LedgerWorker worker = workers.get(workerId);
    boolean isKnown = worker != null && worker.answered(lease, deviceNanos, waitedNanos, now);
    LedgerBatch batch = standing(lease, workerId);
    if (batch == null || quarantine.isDistrusted(name(workerId))) {
      tally.lateAnswers++;
      return false;
    }
    batch.end(lease);
    withdrawals.addAll(batch.leases());
    job(batch).remove(batch);
    if (batch.draws != null) {
      batch.draws.answered(batch, workerId, worker == null ? "" : worker.terms.hardware());
    }
    if (worker != null && !isKnown) {
      worker.countCompleted();
    }
    String name = worker == null ? "" : worker.terms.name();
    quarantine.didWell(name);
    batch.namesFailedOn.remove(name);
    tally.quarantined += quarantine.strike(batch.namesFailedOn);
    return true;
  }

  /**
   * A batch came back undone.
   *
   * @param largestViewBatch after OUT_OF_MEMORY, how many views this worker does hold
   * @return the batch, if it is not tried again
   */
  public Optional<GivenUp> failed(
      LeaseId lease,
      WorkerId workerId,
      FailureCode code,
      String sentence,
      int largestViewBatch,
      long now) {
    LedgerWorker worker = workers.get(workerId);
    if (worker != null) {
      worker.giveBack(lease, now);
      if (code != FailureCode.CANCELLED) {
        worker.countFailure();
      }
    }
    LedgerBatch batch = standing(lease, workerId);
    if (batch == null) {
      tally.lateAnswers += code == FailureCode.CANCELLED ? 0 : 1;
      return Optional.empty();
    }
    batch.end(lease);
    putBackUnlessSomebodyHasIt(batch);
    if (code == FailureCode.CANCELLED) {
      return Optional.empty(); // handed back, not failed
    }
    if (code == FailureCode.OUT_OF_MEMORY) {
      MemoryLimits memory = job(batch).memory;
      memory.learn(workerId, batch.terms, largestViewBatch);
      return workers.values().stream().anyMatch(other -> couldHold(other, batch))
          ? Optional.empty()
          : Optional.of(giveUp(batch, code, memory.sentence(batch.terms, sentence)));
    }
    if (code.band() != FailureCode.Band.WORKER) {
      return Optional.of(giveUp(batch, code, sentence));
    }
    boolean isMissing = code == FailureCode.MISSING_ASSET;
    // What is missing is sent again first; who lacks it even then cannot come by it, and by failing
    // fast would use up all attempts before another is asked.
    if (!isMissing || !batch.missedOn.add(workerId)) {
      batch.failedOn.add(workerId);
    }
    if (!isMissing) { // that is no fault of the worker's
      batch.namesFailedOn.add(name(workerId));
      quarantine.failed(name(workerId), sentence);
    }
    return retry(batch, code, name(workerId) + ": " + sentence);
  }

  private boolean couldHold(LedgerWorker worker, LedgerBatch batch) {
    LedgerJob job = job(batch);
    return worker.terms.model().equals(job.terms.model())
        && !job.memory.excludes(worker.id, batch.terms);
  }

  /** A worker is gone, and what it had in hand is for others. */
  public List<GivenUp> lost(WorkerId id) {
    LedgerWorker worker = workers.remove(id);
    List<GivenUp> givenUp = new ArrayList<>();
    if (worker == null) {
      return givenUp;
    }
    namesOfLost.lost(worker);
    jobs.values().forEach(job -> job.memory.forget(id));
    for (InFlight lease : worker.inFlight()) {
      LedgerBatch batch = standing(lease.lease, id);
      if (batch != null) {
        batch.markMissed(lease.lease);
        putBackUnlessSomebodyHasIt(batch);
        if (lease.hasBegun()) { // it may have been the batch that killed the worker
          retry(batch, FailureCode.WORKER_LOST, worker.terms.name() + ", which disconnected")
              .ifPresent(givenUp::add);
        }
      }
    }
    return givenUp;
  }

  private Optional<GivenUp> retry(LedgerBatch batch, FailureCode code, String sentence) {
    int attempts = batch.countAttempt();
    if (attempts >= rules.mostAttempts() && batch.copies() == 0) {
      String last = batch + " failed " + attempts + " times, most recently on " + sentence;
      return Optional.of(giveUp(batch, code, last));
    }
    tally.retries++;
    return Optional.empty();
  }

  private GivenUp giveUp(LedgerBatch batch, FailureCode code, String sentence) {
    withdrawals.addAll(batch.leases());
    job(batch).remove(batch);
    return new GivenUp(batch.number, code, sentence);
  }

  private void putBackUnlessSomebodyHasIt(LedgerBatch batch) {
    if (batch.copies() == 0) {
      job(batch).putBack(batch);
    }
  }

  /** Workers of this name get nothing more, or get work again as far as this is concerned. */
  public void change(String name, WorkerChange change) {
    quarantine.change(name, change);
    if (change == WorkerChange.READMIT || change == WorkerChange.UNPAUSE) {
      return;
    }
    for (LedgerWorker worker : workers.values()) {
      if (worker.terms.name().equals(name)) {
        worker.told(change);
        worker
            .inFlight()
            .forEach(lease -> withdrawals.add(new Lease(lease.lease, worker.id, false)));
      }
    }
  }

  /**
   * Workers of this name gave a wrong answer: they get nothing more, and what they have in hand is
   * for others; none of their answers counts from here on.
   *
   * @param reason for people
   * @return the leases that do not stand any more
   */
  public List<Lease> distrust(String name, String reason) {
    tally.quarantined += quarantine.distrust(name, reason);
    List<Lease> ended = new ArrayList<>();
    for (LedgerWorker worker : workers.values()) {
      if (worker.terms.name().equals(name)) {
        for (InFlight lease : worker.inFlight()) {
          LedgerBatch batch = standing(lease.lease, worker.id);
          if (batch != null) {
            batch.end(lease.lease);
            putBackUnlessSomebodyHasIt(batch);
            ended.add(new Lease(lease.lease, worker.id, false));
          }
        }
      }
    }
    withdrawals.addAll(ended);
    return ended;
  }

  /** Which of a job's batches are in somebody's hands, and in whose. */
  public Map<Long, WorkerId> inFlight(JobId job) {
    Map<Long, WorkerId> inFlight = new LinkedHashMap<>();
    for (LedgerWorker worker : workers.values()) {
      worker.inFlight().stream()
          .filter(one -> one.lease.job().equals(job))
          .forEach(one -> inFlight.putIfAbsent(one.lease.batch(), worker.id));
    }
    return inFlight;
  }

  /** In whose hands a lease is. */
  public Optional<WorkerId> holder(LeaseId id) {
    return workers.values().stream()
        .filter(worker -> worker.inFlight().stream().anyMatch(one -> one.lease.equals(id)))
        .map(worker -> worker.id)
        .findFirst();
  }

  /** Whether an answer under this lease would still count. */
  public boolean stands(Lease lease) {
    return standing(lease.id(), lease.worker()) != null;
  }

  /** Whether a coordinator before this one gave it. */
  public boolean isFromBefore(LeaseId lease) {
    return lease.batch() < rules.firstBatch();
  }

  public LedgerCounts counts() {
    return tally.counts();
  }

  /** Batches that wait for a worker. */
  public int pending() {
    int all = 0;
    for (LedgerJob job : jobs.values()) {
      for (Urgency urgency : Urgency.values()) {
        all += job.pending(urgency);
      }
    }
    return all;
  }

  /** Whether time matters: something is in somebody's hands. */
  public boolean isWaiting() {
    return workers.values().stream().anyMatch(worker -> worker.load() > 0);
  }

  /** How a worker stands, if it is there. */
  public Optional<WorkerAccount> account(WorkerId id) {
    return Optional.ofNullable(workers.get(id)).map(one -> WorkerAccount.of(one, quarantine));
  }

  /** The workers that are there, in the order in which they came. */
  public Collection<WorkerId> workers() {
    return List.copyOf(workers.keySet());
  }

  /** What a worker is called by people. */
  public String name(WorkerId id) {
    LedgerWorker worker = workers.get(id);
    return worker == null ? namesOfLost.of(id) : worker.terms.name();
  }

  private @Nullable LedgerBatch standing(LeaseId lease, WorkerId worker) {
    LedgerJob job = jobs.get(lease.job());
    LedgerBatch batch = job == null ? null : job.batch(lease.batch());
    return batch != null && batch.stands(lease, worker) ? batch : null;
  }

  private LedgerJob job(LedgerBatch batch) {
    LedgerJob job = jobs.get(batch.job);
    if (job == null) {
      throw new IllegalStateException("batch " + batch.number + " belongs to no open job");
    }
    return job;
  }
}
