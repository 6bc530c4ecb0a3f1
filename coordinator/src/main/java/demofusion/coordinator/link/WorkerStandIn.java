package demofusion.coordinator.link;

import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.jspecify.annotations.Nullable;

/**
 * A worker elsewhere, as the dispatcher knows it: what it is told goes through whatever connection
 * the worker has at the moment. What cannot go is dropped, and whoever cares for it hears so.
 */
final class WorkerStandIn extends AbstractBehavior<Object> {
  /**
   * What is told goes through this from now on.
   *
   * @param socket null: through none
   */
  record Use(@Nullable LinkSocket socket) {}

  private @Nullable LinkSocket socket;

  private WorkerStandIn(ActorContext<Object> context) {
    super(context);
  }

  static Behavior<Object> create() {
    return Behaviors.setup(WorkerStandIn::new);
  }

  @Override
  public Receive<Object> createReceive() {
    return newReceiveBuilder().onMessage(Use.class, this::onUse).onAnyMessage(this::onTold).build();
  }

  private Behavior<Object> onUse(Use use) {
    socket = use.socket();
    return this;
  }

  private Behavior<Object> onTold(Object message) {
    LinkSocket open = socket;
    if (open == null || !open.offer(message)) {
      Undelivered.publish(
          getContext(),
          message,
          open == null ? "the worker has no connection" : "the worker reads too slowly");
    }
    return this;
  }
}
