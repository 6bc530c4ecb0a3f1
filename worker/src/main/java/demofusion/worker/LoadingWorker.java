package demofusion.worker;

import demofusion.protocol.message.WorkerLinkProtocol;
import org.apache.pekko.actor.typed.Behavior;

/**
 * A worker that still loads its model: the coordinator hears that one will come, so that whoever
 * asks for a picture meanwhile waits for it.
 */
public final class LoadingWorker {
  private LoadingWorker() {}

  /** Says so until it is stopped. */
  public static Behavior<WorkerLinkProtocol.Command> create(
      String name, CoordinatorRefs coordinators, LinkObserver observer) {
    return CoordinatorLink.ofLoading(name, coordinators, observer);
  }
}
