package demofusion.coordinator.job;

import demofusion.coordinator.job.Jobs.Pruned;
import demofusion.coordinator.job.Jobs.Retention;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.JobId;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.apache.pekko.actor.typed.ActorRef;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Removes finished jobs from the disk and from mind. */
final class Pruning {
  private static final Logger LOG = LoggerFactory.getLogger(Pruning.class);

  private final KeeperDesk desk;
  private final Endings endings;
  private final ActorRef<Herald.Command> herald;

  Pruning(KeeperDesk desk, Endings endings, ActorRef<Herald.Command> herald) {
    this.desk = desk;
    this.endings = endings;
    this.herald = herald;
  }

  /** By the operator's rules. */
  void prune() {
    if (!desk.settings().retention().equals(Retention.FOREVER)) {
      prune(desk.settings().retention(), false, pruned -> {});
    }
  }

  void prune(Retention retention, boolean dryRun, Consumer<Pruned> then) {
    List<Job> finished =
        desk.backlog().finished().stream().filter(job -> !endings.isChanging(job.id())).toList();
    List<Job> going = PrunePlan.of(finished, retention, desk.now());
    if (dryRun || going.isEmpty()) {
      then.accept(pruned(going));
      return;
    }
    List<JobId> ids = going.stream().map(Job::id).toList();
    ids.forEach(id -> endings.changing(id, true));
    desk.onFiles(
        "finished jobs could not be removed",
        () -> remove(ids),
        (removed, failure) -> {
          ids.forEach(id -> endings.changing(id, false));
          List<JobId> gone = removed == null ? List.of() : removed;
          for (JobId id : gone) {
            desk.backlog().remove(id);
            herald.tell(new Herald.Forget(id));
          }
          LOG.info("event=jobs-pruned count={}", gone.size());
          then.accept(pruned(going.stream().filter(job -> gone.contains(job.id())).toList()));
        });
  }

  /** What cannot be removed now stays, and is tried again the next time. */
  private List<JobId> remove(List<JobId> ids) {
    List<JobId> removed = new ArrayList<>();
    for (JobId id : ids) {
      try {
        desk.data().remove(id);
        removed.add(id);
      } catch (DemofusionException e) {
        LOG.warn("event=prune-failed job={}", id, e);
      }
    }
    return removed;
  }

  private static Pruned pruned(List<Job> jobs) {
    return new Pruned(
        jobs.stream().map(job -> job.record().id()).toList(),
        jobs.stream().mapToLong(Job::bytes).sum());
  }
}
