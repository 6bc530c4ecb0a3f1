package demofusion.coordinator.job;

import demofusion.coordinator.dispatch.DispatcherCommand;
import demofusion.coordinator.job.record.FolderContents;
import demofusion.coordinator.job.record.Job;
import demofusion.coordinator.job.record.JobRecord;
import demofusion.coordinator.job.settle.CompletionNotifier;
import demofusion.coordinator.job.settle.Settlement;
import demofusion.coordinator.render.RenderEvent;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.FailureCode;
import demofusion.protocol.JobId;
import demofusion.protocol.TraceParent;
import demofusion.protocol.api.JobEvent;
import demofusion.protocol.api.JobList;
import demofusion.protocol.api.JobState;
import demofusion.protocol.api.JobView;
import demofusion.protocol.api.ModelSettingsList;
import demofusion.protocol.api.ModelSettingsView;
import demofusion.protocol.api.Pruned;
import demofusion.protocol.api.Retention;
import demofusion.protocol.api.TileMap;
import demofusion.protocol.api.request.JobRequest;
import demofusion.protocol.model.ModelCard;
import demofusion.protocol.model.ModelId;
import demofusion.protocol.model.ModelSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.ActorRef;
import org.jspecify.annotations.Nullable;

/** What can be asked of the farm's jobs, and what is answered. */
public final class Jobs {
  private Jobs() {}

  /** Everything that the {@link JobKeeper} receives; what is not public comes from itself. */
  public sealed interface Command {}

  /**
   * A new job. Answered when its request is on disk.
   *
   * @param owner name of the token that asks
   * @param idempotencyKey a key that this owner used before is answered with the first job; null:
   *     every request is a new job
   * @param trace that the request is part of, if any
   */
  public record Submit(
      JobRequest request,
      String owner,
      @Nullable String idempotencyKey,
      @Nullable TraceParent trace,
      ActorRef<Reply> replyTo)
      implements Command {
    /** Of no trace. */
    public Submit(
        JobRequest request,
        String owner,
        @Nullable String idempotencyKey,
        ActorRef<Reply> replyTo) {
      this(request, owner, idempotencyKey, null, replyTo);
    }
  }

  /**
   * A worker is loading its model. Until the first model is there, submissions that need one which
   * is not known are put off rather than refused ({@link Reply#isEarly}).
   */
  public record ExpectModel() implements Command {}

  public record Find(JobId job, ActorRef<Reply> replyTo) implements Command {}

  /** All of them, the newest first. */
  public record ListAll(ActorRef<JobList> replyTo) implements Command {}

  /** Answers, so that one knows that the keeper does. */
  public record Ping(ActorRef<Done> replyTo) implements Command {}

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
   * Receive what happens to a job: first its state, then every change, the last one when it is
   * over. Progress may be thinned out for subscribers.
   */
  public record Watch(JobId job, ActorRef<JobEvent> subscriber) implements Command {}

  /** Receive every picture that is finished from now on. */
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
   * Which model a request would be drawn with, of those that workers have or had; its size is
   * looked at too, so that nothing large is planned in vain.
   */
  public record ChooseModel(JobRequest request, ActorRef<ModelReply> replyTo) implements Command {}

  /** One of the two is null. */
  public record ModelReply(@Nullable ModelCard card, @Nullable DemofusionException refusal) {}

  /** What is recommended for the models that workers have or had. */
  public record ShowModelSettings(ActorRef<ModelSettingsList> replyTo) implements Command {}

  /**
   * Recommend something else for a model. Answered when it is on disk.
   *
   * @param model its name, or the beginning of its hash
   * @param changes by the fields' names; null: what the model itself recommends counts again
   */
  public record ChangeModelSettings(
      String model, Map<String, @Nullable Object> changes, ActorRef<ModelSettingsReply> replyTo)
      implements Command {}

  /** One of the two is null. */
  public record ModelSettingsReply(
      @Nullable ModelSettingsView settings, @Nullable DemofusionException refusal) {}

  /** Ends it: all that run write their last checkpoint. Answered when the folders are free. */
  public record Stop(ActorRef<Done> replyTo) implements Command {}

  /**
   * One job, or why not.
   *
   * @param isNew whether a submit made it, as opposed to finding it by its idempotency key
   * @param isEarly whether it was refused only until a worker has loaded its model
   */
  public record Reply(
      @Nullable JobView job,
      boolean isNew,
      @Nullable DemofusionException refusal,
      boolean isEarly) {
    public Reply(@Nullable JobView job, boolean isNew, @Nullable DemofusionException refusal) {
      this(job, isNew, refusal, false);
    }

    /** No model is there yet, and one is coming. */
    public static Reply early() {
      String sentence = "the first worker is still loading its model; retry in a moment";
      DemofusionException refusal = new DemofusionException(FailureCode.UNAVAILABLE, sentence);
      return new Reply(null, false, refusal, true);
    }

    static Reply of(JobView job) {
      return new Reply(job, false, null);
    }

    static Reply refused(DemofusionException refusal) {
      return new Reply(null, false, refusal);
    }
  }

  /**
   * How many there are.
   *
   * @param longestWait of those that are queued; zero if none is
   * @param tilesLeft guided views that unfinished jobs still need, by their model
   */
  public record Counts(
      Map<JobState, Integer> jobs, Duration longestWait, Map<ModelId, Double> tilesLeft) {
    public Counts {
      jobs = Map.copyOf(jobs);
      tilesLeft = Map.copyOf(tilesLeft);
    }
  }

  /** A job's folder; null if there is no such job. */
  public record Location(@Nullable Path folder) {}

  // What the keeper is told by those that it listens to.

  record ModelsSeen(DispatcherCommand.Models models) implements Command {}

  record EventReceived(RenderEvent event) implements Command {}

  record NotificationAttempted(CompletionNotifier.Progress progress) implements Command {}

  /** A subscriber has ended. */
  record WatcherGone(ActorRef<JobEvent> watcher) implements Command {}

  // What it tells itself when it is time.

  record CheckWorkers() implements Command {}

  record PruneNow() implements Command {}

  /** To report progress. */
  record ProgressDue() implements Command {}

  // What was done for it on a file thread, or why it could not be.

  record FolderRead(
      @Nullable List<Job> jobs,
      List<ModelCard> models,
      Map<String, ModelSettings> settings,
      @Nullable Throwable failure)
      implements Command {}

  record Fingerprinted(
      Submit submit, JobRecord.@Nullable Key key, @Nullable DemofusionException failure)
      implements Command {}

  record JobStored(JobId job, @Nullable JobRecord record, @Nullable DemofusionException failure)
      implements Command {}

  record DiskMeasured(@Nullable Long bytes, @Nullable DemofusionException failure)
      implements Command {}

  record BeginningWritten(JobId job, @Nullable DemofusionException failure) implements Command {}

  /**
   * @param isOver whether the job was over when it was asked for
   */
  record FolderMeasured(JobId job, boolean isOver, @Nullable FolderContents contents)
      implements Command {}

  record ModelsWritten(@Nullable DemofusionException failure) implements Command {}

  record ModelSettingsWritten(@Nullable DemofusionException failure) implements Command {}

  record Settled(Settlement settlement) implements Command {}
}
