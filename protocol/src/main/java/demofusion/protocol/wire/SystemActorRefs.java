package demofusion.protocol.wire;

import com.esotericsoftware.kryo.KryoException;
import org.apache.pekko.actor.ActorPaths;
import org.apache.pekko.actor.ExtendedActorSystem;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorRefResolver;
import org.apache.pekko.actor.typed.javadsl.Adapter;

/**
 * Actor references as the texts that Pekko knows them by. A text that was read is held against what
 * such a text can be before Pekko sees it: its resolver ends the process when it is handed null,
 * and keeps in a cache whatever else it is handed.
 */
final class SystemActorRefs implements ActorRefs {
  private final ExtendedActorSystem system;

  SystemActorRefs(ExtendedActorSystem system) {
    this.system = system;
  }

  @Override
  public String toText(ActorRef<?> ref) {
    return resolver().toSerializationFormat(ref);
  }

  @Override
  public <T> ActorRef<T> fromText(String text) {
    if (text.isEmpty() || text.length() > LONGEST) {
      throw new KryoException(
          "an actor's path of " + text.length() + " characters must have between 1 and " + LONGEST);
    }
    if (!text.chars().allMatch(character -> character > ' ' && character <= '~')) {
      throw new KryoException("an actor's path must be printable");
    }
    ActorPaths.fromString(text); // throws what is no path; the resolver makes dead letters of it
    return resolver().resolveActorRef(text);
  }

  /** Asked for each time: the extension is not there yet when Pekko makes its serializers. */
  private ActorRefResolver resolver() {
    return ActorRefResolver.get(Adapter.toTyped(system));
  }
}
