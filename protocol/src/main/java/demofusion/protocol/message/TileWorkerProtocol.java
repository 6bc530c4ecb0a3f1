package demofusion.protocol.message;

import demofusion.protocol.JobId;
import demofusion.protocol.LeaseId;
import demofusion.protocol.work.Asset;
import demofusion.protocol.work.AssetId;
import demofusion.protocol.work.Work;
import org.apache.pekko.actor.typed.ActorRef;

/**
 * The messages to a worker. Workers pull: they say that they are there ({@link
 * DispatcherProtocol.Heartbeat}), are greeted, and say when they are ready for more.
 */
public final class TileWorkerProtocol {
  private TileWorkerProtocol() {}

  /**
   * Every message that a worker's actor receives; all but {@link Internal} may cross from a
   * coordinator.
   */
  public sealed interface Command
      permits Greet, Remember, Perform, Withdraw, LetGo, Forget, Rest, Internal {}

  /** What a worker's actor says to itself, or its own node to it; never crosses. */
  public non-sealed interface Internal extends Command {}

  /**
   * A dispatcher takes the worker on, or anew after it had given it up; the worker answers with
   * {@link DispatcherProtocol.Introduce}. In a new session the worker begins with nothing: what it
   * had been given before and has not begun is somebody else's by now.
   *
   * @param members where the dispatcher hears heartbeats
   * @param largestMessage bytes that one message to the dispatcher may have
   * @param session this dispatcher's number for it, higher than all before; never 0
   */
  public record Greet(
      ActorRef<DispatcherProtocol.Command> dispatcher,
      ActorRef<DispatcherProtocol.Command> members,
      int largestMessage,
      long session)
      implements Command {}

  /**
   * Something that several pieces of work of one job refer to; sent once per job and worker, before
   * the first that needs it.
   */
  public record Remember(JobId job, Asset asset) implements Command {}

  /**
   * Do this, then answer {@link DispatcherProtocol.Completed} or {@link DispatcherProtocol.Failed}
   * under the same lease.
   */
  public record Perform(LeaseId lease, Work work, ActorRef<DispatcherProtocol.Command> replyTo)
      implements Command {}

  /**
   * Forget this lease if it has not begun; the credit is given back either way, by a {@link
   * DispatcherProtocol.Failed} with CANCELLED.
   */
  public record Withdraw(LeaseId lease) implements Command {}

  /** No work of the job refers to this any more: a phase's picture, when that is over. */
  public record LetGo(JobId job, AssetId asset) implements Command {}

  /** The job is over: its assets are not needed any more. */
  public record Forget(JobId job) implements Command {}

  /**
   * Nothing will come for a while: the model leaves its device as soon as nothing runs there, and
   * is loaded again for the next work. Said again and again, since it may be lost.
   */
  public record Rest() implements Command {}
}
