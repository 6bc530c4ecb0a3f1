package demofusion.coordinator.job.settle;

import demofusion.coordinator.job.record.Backlog;
import demofusion.coordinator.job.record.FolderTasks;
import demofusion.coordinator.job.record.Job;
import demofusion.coordinator.store.DataFolder;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.JobId;
import demofusion.protocol.api.Pruned;
import demofusion.protocol.api.Retention;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.pekko.actor.typed.ActorRef;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Removes finished jobs from the disk and from mind. */
public final class Pruning {
  private static final Logger LOG = LoggerFactory.getLogger(Pruning.class);

  private final DataFolder data;
  private final Backlog backlog;
  private final FolderTasks<Settlement> tasks;
  private final JobCompletion completion;

  public Pruning(
      DataFolder data, Backlog backlog, FolderTasks<Settlement> tasks, JobCompletion completion) {
    this.data = data;
    this.backlog = backlog;
    this.tasks = tasks;
    this.completion = completion;
  }

  /**
   * @param replyTo null: nobody asks
   */
  public void prune(
      Retention retention, Instant now, boolean dryRun, @Nullable ActorRef<Pruned> replyTo) {
    List<Job> finished =
        backlog.finished().stream().filter(job -> !completion.isChanging(job.id())).toList();
    List<Job> going = PrunePlan.of(finished, retention, now);
    if (dryRun || going.isEmpty()) {
      answer(replyTo, going);
      return;
    }
    List<JobId> ids = going.stream().map(Job::id).toList();
    ids.forEach(id -> completion.changing(id, true));
    tasks.run(
        "finished jobs could not be removed",
        () -> remove(ids),
        (removed, failure) ->
            new Settlement.Removed(ids, removed == null ? List.of() : removed, replyTo));
  }

  /** What cannot be removed now stays, and is tried again the next time. */
  private List<JobId> remove(List<JobId> ids) {
    List<JobId> removed = new ArrayList<>();
    for (JobId id : ids) {
      try {
        data.remove(id);
        removed.add(id);
      } catch (DemofusionException e) {
        LOG.warn("event=prune-failed job={}", id, e);
      }
    }
    return removed;
  }

  /** Their folders are gone. */
  public void removed(Settlement.Removed removed) {
    removed.asked().forEach(id -> completion.changing(id, false));
    List<Job> gone = new ArrayList<>();
    for (JobId id : removed.removed()) {
      Job job = backlog.find(id);
      if (job != null) {
        gone.add(job);
        completion.forget(job);
      }
    }
    LOG.info("event=jobs-pruned count={}", gone.size());
    answer(removed.replyTo(), gone);
  }

  private static void answer(@Nullable ActorRef<Pruned> replyTo, List<Job> jobs) {
    if (replyTo != null) {
      replyTo.tell(
          new Pruned(
              jobs.stream().map(Job::id).toList(), jobs.stream().mapToLong(Job::bytes).sum()));
    }
  }
}
