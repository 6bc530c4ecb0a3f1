package demofusion.deploy.node;

import demofusion.coordinator.render.Dispatcher;
import demofusion.coordinator.render.RenderQueue;
import demofusion.protocol.DispatcherProtocol;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.Join;

/**
 * The guardian of a coordinator: parent of dispatcher and queue. It is the cluster's first node.
 */
final class CoordinatorGuardian extends AbstractBehavior<CoordinatorGuardian.Command> {
  /** What the node asks of it. */
  sealed interface Command {}

  /** Closing time: what is done is on disk, then the system ends. */
  record Close() implements Command {}

  private CoordinatorGuardian(ActorContext<Command> context, CoordinatorSettings settings) {
    super(context);
    ActorRef<DispatcherProtocol.Command> dispatcher =
        context.spawn(Dispatcher.create(), "dispatcher");
    context.spawn(RenderQueue.create(dispatcher, settings.jobsAtOnce()), "queue");
    Cluster cluster = Cluster.get(context.getSystem());
    cluster.manager().tell(Join.create(cluster.selfMember().address()));
  }

  static Behavior<Command> create(CoordinatorSettings settings) {
    return Behaviors.setup(context -> new CoordinatorGuardian(context, settings));
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder().onMessage(Close.class, this::onClose).build();
  }

  private Behavior<Command> onClose(Close close) {
    getContext().getSystem().terminate();
    return this;
  }
}
