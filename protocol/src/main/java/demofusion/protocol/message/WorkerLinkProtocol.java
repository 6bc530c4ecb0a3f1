package demofusion.protocol.message;

import org.apache.pekko.actor.typed.ActorRef;

/**
 * What a coordinator says to the link that a worker keeps up with it, in answer to {@link
 * DispatcherProtocol.Heartbeat}. It goes past the large messages to the worker itself, which may
 * take a slow line some time. Like heartbeats these have the same bytes in every version of the
 * wire.
 */
public final class WorkerLinkProtocol {
  private WorkerLinkProtocol() {}

  /** Every message that the link receives; all but {@link Internal} may cross. */
  public sealed interface Command permits Heard, Refused, KnownAs, Internal {}

  /** What the link says to itself, or its worker to it; never crosses. */
  public non-sealed interface Internal extends Command {}

  /** A heartbeat was heard. */
  public record Heard() implements Command {}

  /**
   * The worker cannot belong to this farm.
   *
   * @param sentence why, and what to do
   */
  public record Refused(String sentence) implements Command {}

  /**
   * A coordinator that the worker's node calls by another name than it goes by, so that nothing
   * arrives.
   *
   * @param members where it does hear heartbeats
   */
  public record KnownAs(ActorRef<DispatcherProtocol.Command> members) implements Command {}
}
