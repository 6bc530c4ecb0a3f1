package demofusion.worker;

import demofusion.protocol.message.DispatcherProtocol;
import org.apache.pekko.actor.typed.ActorRef;

/** Is notified of how a worker stands with its coordinator; called by actors, so it is quick. */
public interface LinkObserver {
  /** Nobody wants to know. */
  LinkObserver NONE = new LinkObserver() {};

  /** A coordinator took the worker on. */
  default void joined(String worker, ActorRef<DispatcherProtocol.Command> coordinator) {}

  /** The coordinator says nothing any more. */
  default void silent(String worker) {}

  /** It does again. */
  default void reachable(String worker) {}

  /** It has said nothing for so long that it seems to be gone. */
  default void lost(String worker) {}

  /**
   * A coordinator cannot use the worker.
   *
   * @param sentence why, and what to do
   */
  default void refused(String worker, String sentence) {}
}
