package demofusion.coordinator.render;

import demofusion.coordinator.render.ledger.JobTerms;
import demofusion.coordinator.render.ledger.LedgerCounts;
import demofusion.coordinator.render.ledger.ModelKind;
import demofusion.protocol.DispatcherProtocol;
import demofusion.protocol.JobId;
import demofusion.protocol.model.ModelCard;
import demofusion.protocol.work.Asset;
import java.util.List;
import org.apache.pekko.actor.typed.ActorRef;

/**
 * What this node's own actors ask of the {@link Dispatcher}. What workers say to it crosses
 * machines, and stands in {@link DispatcherProtocol}; what operators ask, in {@link Workers}.
 */
public final class Dispatch {
  private Dispatch() {}

  /** Everything that crosses this door. */
  public sealed interface Command extends DispatcherProtocol.Command {}

  /** Asks what there is to know of a model; answered as soon as a worker has it. */
  public record FindModel(ModelKind model, ActorRef<ModelCard> replyTo) implements Command {}

  /** Hear which models workers have: at once, and whenever that changes. */
  public record WatchModels(ActorRef<Models> subscriber) implements Command {}

  /** The models of the workers that are there, each once. */
  public record Models(List<ModelCard> present) {
    public Models {
      present = List.copyOf(present);
    }
  }

  /** A job begins. */
  public record OpenJob(JobId job, JobTerms terms) implements Command {}

  /** Something that the job's work refers to from now on. */
  public record Provide(JobId job, Asset asset) implements Command {}

  /** Work of an open job. */
  public record Submit(JobId job, List<Task> tasks) implements Command {
    public Submit {
      tasks = List.copyOf(tasks);
    }
  }

  /** Nothing but its previews is left of the job: they are urgent now. */
  public record Hurry(JobId job) implements Command {}

  /** The job is over, whatever is left of it; nothing more is answered. */
  public record CloseJob(JobId job) implements Command {}

  /** How it goes, for reports. */
  public record CountRetries(ActorRef<LedgerCounts> replyTo) implements Command {}

  /** Who has which views of a timestep in hand. */
  record ShowTiles(JobId job, OpenTiles open, ActorRef<TileMap> replyTo) implements Command {}
}
