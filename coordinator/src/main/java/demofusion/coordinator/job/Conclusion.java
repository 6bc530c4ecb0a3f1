package demofusion.coordinator.job;

import demofusion.coordinator.job.Jobs.Reply;
import demofusion.coordinator.job.record.Job;
import demofusion.coordinator.job.settle.JobCompletion;
import demofusion.coordinator.job.settle.Pruning;
import demofusion.coordinator.job.settle.Settlement;
import demofusion.protocol.JobId;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.apache.pekko.actor.typed.ActorRef;

/** What follows for others when a job is settled: they are told, and the next may begin. */
final class Conclusion implements Settlement.Visitor {
  private final JobContext shared;
  private final JobCompletion completion;
  private final Pruning pruning;
  private final RunningJobs running;
  private final Map<JobId, ActorRef<Reply>> retriers = new HashMap<>();

  Conclusion(JobContext shared, JobCompletion completion, Pruning pruning, RunningJobs running) {
    this.shared = shared;
    this.completion = completion;
    this.pruning = pruning;
    this.running = running;
  }

  /** Takes a job up again; answered when it is. */
  void retry(Job job, ActorRef<Reply> replyTo) {
    retriers.put(job.id(), replyTo);
    completion.reopen(job);
  }

  @Override
  public void ended(Settlement.Ended ended) {
    Job job = completion.ended(ended);
    if (job != null) {
      shared.changed(job);
      running.answerCancellers(job);
      completion.announce(job);
    }
  }

  @Override
  public void saved(Settlement.Saved saved) {
    completion.saved(saved);
  }

  @Override
  public void reopened(Settlement.Reopened reopened) {
    ActorRef<Reply> asker = Objects.requireNonNull(retriers.remove(reopened.job()));
    Job job = completion.reopened(reopened);
    if (job == null) {
      shared.environment().budgets().release(reopened.job());
      asker.tell(Reply.refused(Objects.requireNonNull(reopened.failure())));
    } else {
      shared.changed(job);
      asker.tell(Reply.of(job.view()));
      running.consider();
    }
  }

  @Override
  public void removed(Settlement.Removed removed) {
    pruning.removed(removed);
  }
}
