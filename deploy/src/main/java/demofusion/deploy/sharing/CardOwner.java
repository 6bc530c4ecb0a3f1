package demofusion.deploy.sharing;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Somebody who comes before the farm. */
public interface CardOwner {
  /** Why the card is not the farm's at this moment, in words that follow "since"; empty: it is. */
  Optional<String> wants(Instant now);

  /** The first of several who wants it. */
  static CardOwner anyOf(List<CardOwner> owners) {
    List<CardOwner> all = List.copyOf(owners);
    return now -> all.stream().flatMap(owner -> owner.wants(now).stream()).findFirst();
  }
}
