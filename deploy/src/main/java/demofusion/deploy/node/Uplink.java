package demofusion.deploy.node;

import demofusion.protocol.message.DispatcherProtocol;
import demofusion.protocol.wire.WireMetrics;
import demofusion.worker.CoordinatorRefs;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;

/**
 * How a worker's node and its coordinator reach each other: by Artery, for which both listen, or by
 * a connection that the worker alone dials. All that a worker does is the same either way.
 */
sealed interface Uplink permits ArteryUplink, DialOut {
  /**
   * Starts the worker's actor system.
   *
   * @throws demofusion.protocol.DemofusionException BAD_REQUEST if it cannot begin
   */
  <T> ActorSystem<T> start(Behavior<T> guardian, WireMetrics wire);

  /** The same for the next system, which others find where they found this one. */
  Uplink again(ActorSystem<?> former);

  /**
   * Where one of the node's tile workers finds a coordinator.
   *
   * @param node the guardian, whose children keep up what there is to keep up
   * @param worker its name
   */
  CoordinatorRefs coordinators(
      ActorContext<?> node, String worker, int largestMessage, WireMetrics wire);

  /** The addresses that coordinators may have, as the log says them. */
  String targets();

  /** Where the node itself is found, as the log says it. */
  String address(ActorSystem<?> system);

  /** Which coordinator it is that took a worker on, as the log says it. */
  String name(ActorRef<DispatcherProtocol.Command> coordinator);

  /** Finds out, by blocking, why nobody lets the node in; empty where that is said elsewhere. */
  Optional<Supplier<String>> doubt(ActorSystem<?> system);

  /** What to say where others are told of an address that leads nowhere but here. */
  Optional<String> heardHereOnly();

  /** Has the node watch over what expires. */
  void watchOver(ActorContext<?> node);
}
