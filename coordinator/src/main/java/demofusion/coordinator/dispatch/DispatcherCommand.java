package demofusion.coordinator.dispatch;

import demofusion.coordinator.dispatch.ledger.JobTerms;
import demofusion.coordinator.dispatch.ledger.LedgerCounts;
import demofusion.protocol.JobId;
import demofusion.protocol.api.TileMap;
import demofusion.protocol.api.WorkerList;
import demofusion.protocol.api.WorkerView;
import demofusion.protocol.model.ModelCard;
import demofusion.protocol.model.ModelKind;
import demofusion.protocol.work.Asset;
import demofusion.protocol.work.AssetId;
import java.util.List;
import org.apache.pekko.actor.typed.ActorRef;
import org.jspecify.annotations.Nullable;

/**
 * What this node asks of its {@link Dispatcher}: its jobs and its operators. What workers say to it
 * crosses machines, and stands in {@link demofusion.protocol.message.DispatcherProtocol}.
 */
public sealed interface DispatcherCommand
    permits DispatcherCommand.FindModel,
        DispatcherCommand.WatchModels,
        DispatcherCommand.OpenJob,
        DispatcherCommand.Provide,
        DispatcherCommand.LetGo,
        DispatcherCommand.Submit,
        DispatcherCommand.Hurry,
        DispatcherCommand.CloseJob,
        DispatcherCommand.CountRetries,
        DispatcherCommand.ShowTiles,
        DispatcherCommand.ListWorkers,
        DispatcherCommand.Drain,
        AnswerHashes.Hashed,
        Dispatcher.Own {
  // From this node's jobs:

  /** Asks what there is to know of a model; answered as soon as a worker has it. */
  record FindModel(ModelKind model, ActorRef<ModelCard> replyTo) implements DispatcherCommand {}

  /** Receive which models workers have: at once, and whenever that changes. */
  record WatchModels(ActorRef<Models> subscriber) implements DispatcherCommand {}

  /**
   * Which models there are.
   *
   * @param present those of the workers that are there, each once
   * @param isLoading whether some worker loads one now
   */
  record Models(List<ModelCard> present, boolean isLoading) {
    public Models {
      present = List.copyOf(present);
    }
  }

  /**
   * A job begins.
   *
   * @param audited null for one whose workers are believed
   */
  record OpenJob(JobId job, JobTerms terms, @Nullable Audited audited)
      implements DispatcherCommand {
    /** Whose workers are believed. */
    public OpenJob(JobId job, JobTerms terms) {
      this(job, terms, null);
    }
  }

  /**
   * A job of whose units some are drawn twice, where the farm audits its workers.
   *
   * @param plan a hash of all that decides its picture
   * @param whenDistrusted is told of workers that turn out to be wrong, those known when it begins
   *     included: it knows whether it has answers of theirs
   */
  record Audited(String plan, ActorRef<Distrusted> whenDistrusted) {}

  /**
   * A worker gave a wrong answer, to this job or to another.
   *
   * @param evidence in one sentence
   */
  record Distrusted(String worker, String evidence) {}

  /** Something that the job's work refers to from now on. */
  record Provide(JobId job, Asset asset) implements DispatcherCommand {}

  /** None of the job's work refers to it any more. */
  record LetGo(JobId job, AssetId asset) implements DispatcherCommand {}

  /** Work of an open job. */
  record Submit(JobId job, List<Task> tasks) implements DispatcherCommand {
    public Submit {
      tasks = List.copyOf(tasks);
    }
  }

  /** Nothing but its previews is left of the job: they are urgent now. */
  record Hurry(JobId job) implements DispatcherCommand {}

  /**
   * The job is over, whatever is left of it; nothing more is answered.
   *
   * @param closed told once it is; null where nobody waits for that
   */
  record CloseJob(JobId job, @Nullable ActorRef<JobId> closed) implements DispatcherCommand {
    /** Nobody waits for it. */
    public CloseJob(JobId job) {
      this(job, null);
    }
  }

  /** How it goes, for reports. */
  record CountRetries(ActorRef<LedgerCounts> replyTo) implements DispatcherCommand {}

  /** Who has which views of a timestep in hand, or which windows of a picture. */
  record ShowTiles(JobId job, OpenWork open, ActorRef<TileMap> replyTo)
      implements DispatcherCommand {}

  // From operators:

  /** Who is there, in the order in which they came. */
  record ListWorkers(ActorRef<WorkerList> replyTo) implements DispatcherCommand {}

  /**
   * Gives a worker nothing more, or readmits it: one that was drained or quarantined. Holds for the
   * worker's name, so also when it comes again.
   */
  record Drain(String worker, boolean readmit, ActorRef<Drained> replyTo)
      implements DispatcherCommand {}

  /** The worker as it is now; null if none of that name is there. */
  record Drained(@Nullable WorkerView worker) {}
}
