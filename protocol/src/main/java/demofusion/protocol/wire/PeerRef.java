package demofusion.protocol.wire;

import com.esotericsoftware.kryo.KryoException;
import org.apache.pekko.actor.typed.ActorRef;

/**
 * References on a connection that has one actor at each end: whatever reference arrives means the
 * other end, for which an actor on this side stands. No path of one node ever reaches the other.
 */
record PeerRef(ActorRef<?> standIn) implements ActorRefs {
  private static final String PEER = "peer";

  @Override
  public String toText(ActorRef<?> ref) {
    return PEER;
  }

  @Override
  public <T> ActorRef<T> fromText(String text) {
    if (!text.equals(PEER)) {
      throw new KryoException("an actor other than the one at the other end is meant");
    }
    return standIn.unsafeUpcast();
  }
}
