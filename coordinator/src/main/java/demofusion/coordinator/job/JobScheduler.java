package demofusion.coordinator.job;

import demofusion.coordinator.budget.BudgetRound;
import demofusion.coordinator.job.record.Job;
import demofusion.protocol.model.ModelId;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Whose turn it is: in the {@link FairOrder}. A job starts only where a worker has its model and
 * there is room for it on the disk, in memory and in its owner's budget; one that cannot start for
 * such a reason holds up nobody behind it.
 */
final class JobScheduler {
  /**
   * What there is.
   *
   * @param atOnce jobs that run at the same time
   * @param heapBytes for the latents of all that run
   * @param diskBytes that can be written
   * @param data where, for the sentence
   * @param hasWorker whether a worker has a model
   * @param patience how long a job may wait for a worker before it says so
   * @param budgets of their owners
   */
  record Capacity(
      int atOnce,
      long heapBytes,
      long diskBytes,
      Path data,
      Predicate<ModelId> hasWorker,
      Duration patience,
      BudgetRound budgets) {}

  /**
   * What to do.
   *
   * @param start in this order
   * @param yield running jobs that make room for more urgent ones
   * @param held the others that wait: why they cannot go on, null for those whose turn will come
   * @param overBudget why they cannot begin, of those that their owners' budgets hold
   */
  record Decision(
      List<Job> start,
      List<Job> yield,
      Map<Job, @Nullable String> held,
      Map<Job, String> overBudget) {}

  private final Capacity capacity;
  private final Instant now;
  private final List<Job> start = new ArrayList<>();
  private final List<Job> yield = new ArrayList<>();
  private final Map<Job, @Nullable String> held = new LinkedHashMap<>();
  private final Map<Job, String> overBudget = new LinkedHashMap<>();
  private final List<Job> running;
  private long heapLeft;
  private long diskLeft;

  private JobScheduler(Capacity capacity, Collection<Job> running, Instant now) {
    this.capacity = capacity;
    this.now = now;
    this.running = new ArrayList<>(running);
    this.heapLeft = capacity.heapBytes();
    this.diskLeft = capacity.diskBytes();
    running.forEach(this::take);
  }

  /**
   * @param waiting in the order in which they came
   */
  static Decision decide(
      Capacity capacity,
      Collection<Job> running,
      Collection<Job> waiting,
      FairOrder order,
      Instant now) {
    JobScheduler scheduler = new JobScheduler(capacity, running, now);
    order.of(waiting).forEach(scheduler::consider);
    return new Decision(scheduler.start, scheduler.yield, scheduler.held, scheduler.overBudget);
  }

  private void take(Job job) {
    heapLeft -= job.record().needs().heapBytes();
    diskLeft -= job.missingBytes();
  }

  private void consider(Job job) {
    ModelId model = job.record().subject().model();
    String owner = job.record().owner();
    // One that was begun goes on, whatever it has cost.
    boolean isNew = job.record().startedAt() == null;
    String broke = isNew ? capacity.budgets().hold(owner, model.name(), job.tilesToDraw()) : null;
    if (broke != null) {
      overBudget.put(job, broke);
    } else if (!capacity.hasWorker().test(model)) {
      held.put(job, job.waiting(now).compareTo(capacity.patience()) < 0 ? null : noWorker(model));
    } else if (!job.isDue(now)) {
      held.put(job, job.reason());
    } else if (job.missingBytes() > diskLeft) {
      held.put(job, noRoom(job));
    } else if (isFull()) {
      held.put(job, null);
      makeRoomFor(job);
    } else if (job.record().needs().heapBytes() > heapLeft && !isIdle()) {
      held.put(job, null);
      // Nobody overtakes it: small jobs could keep it waiting for ever.
      heapLeft = 0;
    } else {
      start.add(job);
      take(job);
      if (isNew) {
        capacity.budgets().begin(owner, model.name(), job.tilesToDraw());
      }
    }
  }

  private boolean isFull() {
    return running.size() + start.size() >= capacity.atOnce();
  }

  private boolean isIdle() {
    return running.isEmpty() && start.isEmpty();
  }

  /** The least urgent that runs makes room, the latest of them, if it is less urgent. */
  private void makeRoomFor(Job urgent) {
    Job least = null;
    for (Job job : running) {
      if (!yield.contains(job)
          && job.priority() < urgent.priority()
          && (least == null || job.priority() <= least.priority())) {
        least = job;
      }
    }
    if (least != null) {
      yield.add(least);
    }
  }

  private static String noWorker(ModelId model) {
    return "no worker has the model %s (hash %s, %s on %s); the job continues when one joins"
        .formatted(model.name(), KnownModels.shortHash(model), model.precision(), model.device());
  }

  private String noRoom(Job job) {
    return capacity.data()
        + " has room for only "
        + mebibytes(Math.max(0, diskLeft))
        + " MiB more, but the job needs "
        + mebibytes(job.missingBytes())
        + "; it continues when there is space";
  }

  private static long mebibytes(long bytes) {
    return (bytes + (1 << 20) - 1) >> 20;
  }
}
