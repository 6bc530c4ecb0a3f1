package demofusion.protocol.message;

import demofusion.protocol.JobId;
import demofusion.protocol.LeaseId;
import demofusion.protocol.work.Asset;
import demofusion.protocol.work.Work;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.receptionist.ServiceKey;

/**
 * The messages to a worker. Workers pull: they are found by {@link #SERVICE_KEY}, greeted, and say
 * when they are ready for more.
 */
public final class TileWorkerProtocol {
  /** Under this key every worker registers with the receptionist. */
  public static final ServiceKey<Command> SERVICE_KEY =
      ServiceKey.create(Command.class, "demofusion-tile-worker");

  private TileWorkerProtocol() {}

  /**
   * Every message that a worker's actor receives; all but {@link Internal} may cross from a
   * coordinator.
   */
  public sealed interface Command permits Greet, Remember, Perform, Withdraw, Forget, Internal {}

  /** What a worker's actor says to itself, or its own node to it; never crosses. */
  public non-sealed interface Internal extends Command {}

  /**
   * A dispatcher says that it is there; the worker answers with {@link
   * DispatcherProtocol.Introduce}.
   *
   * @param largestMessage bytes that one message to the dispatcher may have
   */
  public record Greet(ActorRef<DispatcherProtocol.Command> dispatcher, int largestMessage)
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

  /** The job is over: its assets are not needed any more. */
  public record Forget(JobId job) implements Command {}
}
