package demofusion.coordinator.render;

import demofusion.coordinator.render.ledger.ModelKind;
import demofusion.protocol.model.ModelCard;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import org.apache.pekko.actor.typed.ActorRef;

/** Who waits for a worker with which model. */
final class ModelSeekers {
  private final Map<ActorRef<ModelCard>, ModelKind> waiting = new HashMap<>();

  void add(ActorRef<ModelCard> seeker, ModelKind model) {
    waiting.put(seeker, model);
  }

  void remove(ActorRef<ModelCard> seeker) {
    waiting.remove(seeker);
  }

  /** A worker has this model; who was waiting for it waits no more. */
  void answer(ModelCard card) {
    ModelKind found = ModelKind.of(card);
    for (Iterator<Map.Entry<ActorRef<ModelCard>, ModelKind>> each = waiting.entrySet().iterator();
        each.hasNext(); ) {
      Map.Entry<ActorRef<ModelCard>, ModelKind> seeker = each.next();
      if (seeker.getValue().equals(found)) {
        seeker.getKey().tell(card);
        each.remove();
      }
    }
  }
}
