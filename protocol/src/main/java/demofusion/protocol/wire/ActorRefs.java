package demofusion.protocol.wire;

import org.apache.pekko.actor.typed.ActorRef;

/** How references to actors cross: as short texts, each read by whoever knows what it means. */
interface ActorRefs {
  /** Characters that such a text may have. */
  int LONGEST = 1024;

  String toText(ActorRef<?> ref);

  /**
   * @throws RuntimeException if the text is none of these
   */
  <T> ActorRef<T> fromText(String text);
}
