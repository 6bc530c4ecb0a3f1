package demofusion.coordinator.job;

import demofusion.coordinator.render.TileMap;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.JobId;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.pekko.actor.typed.ActorRef;
import org.jspecify.annotations.Nullable;

/** What can be asked of the farm's jobs, and what is answered. */
public final class Jobs {
  private Jobs() {}

  /** Everything that crosses the door; the actor behind it has messages of its own. */
  public interface Command {}

  /**
   * A new job. Answered when its request is on disk.
   *
   * @param owner name of the token that asks
   * @param idempotencyKey the same key of the same owner again is answered with the first one's
   *     job; null: every request is a new job
   */
  public record Submit(
      Order order, String owner, @Nullable String idempotencyKey, ActorRef<Reply> replyTo)
      implements Command {}

  public record Find(JobId job, ActorRef<Reply> replyTo) implements Command {}

  /** All of them, the newest first. */
  public record ListAll(ActorRef<Listing> replyTo) implements Command {}

  /** How many there are. */
  public record CountAll(ActorRef<Counts> replyTo) implements Command {}

  /** Stop an unfinished job; what it has done stays in its folder. */
  public record Cancel(JobId job, ActorRef<Reply> replyTo) implements Command {}

  /** Go on with a failed or cancelled job from its last checkpoint. */
  public record Retry(JobId job, ActorRef<Reply> replyTo) implements Command {}

  /** Where a job's files are; answered even if they are not there yet. */
  public record Locate(JobId job, ActorRef<Location> replyTo) implements Command {}

  /** The job's folder has become larger or smaller, which counts when jobs are removed. */
  public record Measure(JobId job) implements Command {}

  /** Where the timestep stands that a job is in. */
  public record ShowTiles(JobId job, ActorRef<TileMap> replyTo) implements Command {}

  /**
   * Hear what happens to a job: first its state, then every change, the last one when it is over.
   * Progress may be thinned out for subscribers.
   */
  public record Watch(JobId job, ActorRef<JobEvent> subscriber) implements Command {}

  /** Hear of every picture that is finished from now on. */
  public record WatchFinished(ActorRef<JobView> subscriber) implements Command {}

  public record Unwatch(JobId job, ActorRef<JobEvent> subscriber) implements Command {}

  /**
   * Remove finished jobs by these rules.
   *
   * @param dryRun only say which
   */
  public record Prune(Retention retention, boolean dryRun, ActorRef<Pruned> replyTo)
      implements Command {}

  /**
   * One job, or why not.
   *
   * @param isNew whether a submit made it, as opposed to finding it by its idempotency key
   */
  public record Reply(
      @Nullable JobView job, boolean isNew, @Nullable DemofusionException refusal) {}

  public record Listing(List<JobView> jobs) {
    public Listing {
      jobs = List.copyOf(jobs);
    }
  }

  /**
   * How many there are.
   *
   * @param longestWait of those that are queued; zero if none is
   */
  public record Counts(Map<JobState, Integer> jobs, Duration longestWait) {
    public Counts {
      jobs = Map.copyOf(jobs);
    }
  }

  /** A job's folder; null if there is no such job. */
  public record Location(@Nullable Path folder) {}

  /**
   * What was removed.
   *
   * @param bytes on disk that are free again
   */
  public record Pruned(List<String> jobs, long bytes) {
    public Pruned {
      jobs = List.copyOf(jobs);
    }
  }

  /**
   * How long finished jobs are kept; null means without bound. Unfinished ones are never touched.
   *
   * @param bytes of all finished jobs together
   */
  public record Retention(@Nullable Duration age, @Nullable Integer count, @Nullable Long bytes) {
    public static final Retention FOREVER = new Retention(null, null, null);
  }
}
