package demofusion.coordinator.dispatch;

import demofusion.protocol.model.ModelCard;
import demofusion.protocol.model.ModelKind;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.pekko.actor.typed.ActorRef;

/** Who waits for a worker with which model, and who is told about all models. */
final class ModelSubscriptions {
  private final Map<ActorRef<ModelCard>, ModelKind> waiting = new HashMap<>();
  private final Set<ActorRef<DispatcherCommand.Models>> watchers = new LinkedHashSet<>();
  private boolean isLoading;

  /** Whether a worker loads a model, which nobody may have now. */
  boolean isLoading() {
    return isLoading;
  }

  /** Somebody does, or nobody does any more. */
  void loading(boolean now, List<ModelCard> all) {
    if (isLoading != now) {
      isLoading = now;
      tell(all);
    }
  }

  /** Waits until a worker has this model. */
  void seek(ActorRef<ModelCard> seeker, ModelKind model) {
    waiting.put(seeker, model);
  }

  void forget(ActorRef<ModelCard> seeker) {
    waiting.remove(seeker);
  }

  /** Whether it did not watch before. */
  boolean watch(ActorRef<DispatcherCommand.Models> watcher) {
    return watchers.add(watcher);
  }

  void forgetWatcher(ActorRef<DispatcherCommand.Models> watcher) {
    watchers.remove(watcher);
  }

  /** A worker has this model; who was waiting for it waits no more. */
  void arrived(ModelCard card, List<ModelCard> all) {
    ModelKind found = card.kind();
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

  /** What a watcher is told. */
  DispatcherCommand.Models now(List<ModelCard> all) {
    return new DispatcherCommand.Models(all, isLoading);
  }

  /** These are the models that workers have now. */
  void tell(List<ModelCard> all) {
    DispatcherCommand.Models models = now(all);
    watchers.forEach(watcher -> watcher.tell(models));
  }
}
