package demofusion.coordinator.render;

import demofusion.protocol.TileWorkerProtocol;
import demofusion.protocol.model.ModelCard;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.pekko.actor.typed.ActorRef;
import org.jspecify.annotations.Nullable;

/** The workers that are there: where they are, and what they said of their model. */
final class WorkerRoster {
  private final Map<WorkerId, ActorRef<TileWorkerProtocol.Command>> refs = new LinkedHashMap<>();
  private final Map<WorkerId, ModelCard> cards = new HashMap<>();

  static WorkerId id(ActorRef<TileWorkerProtocol.Command> worker) {
    return new WorkerId(worker.path().toSerializationFormat());
  }

  /** Whether this worker was not there before. */
  boolean add(ActorRef<TileWorkerProtocol.Command> worker) {
    return refs.putIfAbsent(id(worker), worker) == null;
  }

  void introduce(WorkerId id, ModelCard card) {
    cards.put(id, card);
  }

  void remove(WorkerId id) {
    refs.remove(id);
    cards.remove(id);
  }

  boolean contains(WorkerId id) {
    return refs.containsKey(id);
  }

  @Nullable ActorRef<TileWorkerProtocol.Command> ref(WorkerId id) {
    return refs.get(id);
  }

  /** Those that are not among these any more. */
  List<WorkerId> missingFrom(Set<ActorRef<TileWorkerProtocol.Command>> present) {
    List<WorkerId> missing = new ArrayList<>();
    refs.forEach(
        (id, ref) -> {
          if (!present.contains(ref)) {
            missing.add(id);
          }
        });
    return missing;
  }

  /** What is known of the model with this hash, if any worker has it. */
  Optional<ModelCard> card(String modelHash) {
    return cards.values().stream().filter(card -> card.hash().equals(modelHash)).findFirst();
  }

  /** The models that workers have, each once. */
  List<ModelCard> models() {
    return cards.values().stream().distinct().toList();
  }
}
