package demofusion.coordinator.link;

import org.apache.pekko.actor.Dropped;
import org.apache.pekko.actor.typed.eventstream.EventStream;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Adapter;

/** Does for connections of our own what remoting does with messages that it cannot send. */
public final class Undelivered {
  private Undelivered() {}

  /**
   * Tells whoever cares for such messages that one will not arrive.
   *
   * @param actor at whose end it is dropped
   */
  public static void publish(ActorContext<?> actor, Object message, String reason) {
    Dropped dropped = Dropped.apply(message, reason, Adapter.toClassic(actor.getSelf()));
    actor.getSystem().eventStream().tell(new EventStream.Publish<>(dropped));
  }
}
