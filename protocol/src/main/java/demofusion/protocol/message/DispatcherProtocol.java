package demofusion.protocol.message;

import demofusion.protocol.FailureCode;
import demofusion.protocol.LeaseId;
import demofusion.protocol.model.ModelCard;
import demofusion.protocol.work.WorkResult;
import org.apache.pekko.actor.typed.ActorRef;

/** What a worker says to a dispatcher. */
public final class DispatcherProtocol {
  private DispatcherProtocol() {}

  /** Everything that may cross from a worker to a coordinator. */
  public sealed interface Command {}

  /**
   * A worker is there. Said again and again: whoever says nothing for long is given up. Its bytes
   * are the same in every version of the wire, so that two releases can tell each other apart.
   *
   * @param replyTo hears that it was heard
   * @param name the worker's, for people
   * @param session of the last greeting; 0 if it was never greeted, {@link #LOADING} while it has
   *     no model yet and is not to be greeted
   * @param hears whether it heard the coordinator lately: one that does not can be given nothing
   * @param everyMillis how often it says so; 0: once, since both are in one process
   * @param wireVersion what it speaks
   */
  public record Heartbeat(
      ActorRef<TileWorkerProtocol.Command> worker,
      ActorRef<WorkerLinkProtocol.Command> replyTo,
      String name,
      long session,
      boolean hears,
      int everyMillis,
      String wireVersion)
      implements Command {
    /** The session of a worker that still loads its model. */
    public static final long LOADING = -1;
  }

  /** A worker takes nothing more, and will be gone when it has answered what it has begun. */
  public record Leaving(ActorRef<TileWorkerProtocol.Command> worker) implements Command {}

  /**
   * Who a worker is, in answer to a greeting.
   *
   * @param session of the greeting
   * @param lanes forwards that run at once
   * @param credits how many leases it takes at once; every answer gives one back
   * @param largestMessage bytes that one message to the worker may have
   */
  public record Introduce(
      ActorRef<TileWorkerProtocol.Command> worker,
      long session,
      String name,
      ModelCard model,
      int lanes,
      int credits,
      int largestMessage)
      implements Command {}

  /**
   * The work is done.
   *
   * @param waitedNanos between its arrival at the worker and its beginning
   * @param joules that the device took meanwhile; NaN where it does not tell
   */
  public record Completed(
      LeaseId lease,
      ActorRef<TileWorkerProtocol.Command> worker,
      WorkResult result,
      long waitedNanos,
      long deviceNanos,
      double joules)
      implements Command {
    /** By a device that does not tell what energy it takes. */
    public Completed(
        LeaseId lease,
        ActorRef<TileWorkerProtocol.Command> worker,
        WorkResult result,
        long waitedNanos,
        long deviceNanos) {
      this(lease, worker, result, waitedNanos, deviceNanos, Double.NaN);
    }
  }

  /**
   * The work could not be done.
   *
   * @param sentence what happened, for the user
   * @param largestViewBatch after OUT_OF_MEMORY, the largest number of views that this worker's
   *     memory holds (0: not even one, or not known)
   */
  public record Failed(
      LeaseId lease,
      ActorRef<TileWorkerProtocol.Command> worker,
      FailureCode code,
      String sentence,
      int largestViewBatch)
      implements Command {}
}
