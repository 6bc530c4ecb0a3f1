package demofusion.coordinator.render;

import demofusion.coordinator.render.ledger.ModelKind;
import demofusion.protocol.model.ModelCard;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.pekko.actor.typed.ActorRef;

/** Who waits for a worker with which model, and who hears of all of them. */
final class ModelNews {
  private final Map<ActorRef<ModelCard>, ModelKind> waiting = new HashMap<>();
  private final Set<ActorRef<Dispatch.Models>> watchers = new LinkedHashSet<>();

  /** Waits until a worker has this model. */
  void seek(ActorRef<ModelCard> seeker, ModelKind model) {
    waiting.put(seeker, model);
  }

  void forget(ActorRef<ModelCard> seeker) {
    waiting.remove(seeker);
  }

  /** Whether it did not watch before. */
  boolean watch(ActorRef<Dispatch.Models> watcher) {
    return watchers.add(watcher);
  }

  void forgetWatcher(ActorRef<Dispatch.Models> watcher) {
    watchers.remove(watcher);
  }

  /** A worker has this model; who was waiting for it waits no more. */
  void arrived(ModelCard card, List<ModelCard> all) {
    ModelKind found = ModelKind.of(card);
    for (Iterator<Map.Entry<ActorRef<ModelCard>, ModelKind>> each = waiting.entrySet().iterator();
        each.hasNext(); ) {
      Map.Entry<ActorRef<ModelCard>, ModelKind> seeker = each.next();
      if (seeker.getValue().equals(found)) {
        seeker.getKey().tell(card);
        each.remove();
      }
    }
    tell(all);
  }

  /** These are the models that workers have now. */
  void tell(List<ModelCard> all) {
    Dispatch.Models models = new Dispatch.Models(all);
    watchers.forEach(watcher -> watcher.tell(models));
  }
}
