package demofusion.coordinator.dispatch;

import demofusion.coordinator.dispatch.ledger.WorkerId;
import demofusion.protocol.message.DispatcherProtocol.Introduce;
import demofusion.protocol.message.TileWorkerProtocol;
import demofusion.protocol.model.ModelCard;
import demofusion.protocol.model.ModelKind;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.pekko.actor.typed.ActorRef;
import org.jspecify.annotations.Nullable;

/** The workers that are there: where they are, and what they said of themselves. */
final class WorkerRoster {
  /**
   * One worker.
   *
   * @param introduction null until it has answered the greeting
   */
  record Entry(
      WorkerId id,
      ActorRef<TileWorkerProtocol.Command> ref,
      Instant since,
      @Nullable Introduce introduction) {}

  private final Map<WorkerId, Entry> entries = new LinkedHashMap<>();

  static WorkerId id(ActorRef<TileWorkerProtocol.Command> worker) {
    return new WorkerId(worker.path().toSerializationFormat());
  }

  /** Whether this worker was not there before. */
  boolean add(ActorRef<TileWorkerProtocol.Command> worker, Instant now) {
    WorkerId id = id(worker);
    return entries.putIfAbsent(id, new Entry(id, worker, now, null)) == null;
  }

  /** Whether this worker is there and was not introduced before. */
  boolean introduce(Introduce introduction) {
    Entry entry = entries.get(id(introduction.worker()));
    if (entry == null || entry.introduction() != null) {
      return false;
    }
    entries.put(entry.id(), new Entry(entry.id(), entry.ref(), entry.since(), introduction));
    return true;
  }

  void remove(WorkerId id) {
    entries.remove(id);
  }

  boolean contains(WorkerId id) {
    return entries.containsKey(id);
  }

  @Nullable ActorRef<TileWorkerProtocol.Command> ref(WorkerId id) {
    Entry entry = entries.get(id);
    return entry == null ? null : entry.ref();
  }

  @Nullable Introduce introduction(WorkerId id) {
    Entry entry = entries.get(id);
    return entry == null ? null : entry.introduction();
  }

  Collection<Entry> all() {
    return List.copyOf(entries.values());
  }

  /** Those that have not answered the greeting: it may have got lost. */
  List<ActorRef<TileWorkerProtocol.Command>> unintroduced() {
    return entries.values().stream()
        .filter(entry -> entry.introduction() == null)
        .map(Entry::ref)
        .toList();
  }

  /** Those that are not among these any more. */
  List<WorkerId> missingFrom(Set<ActorRef<TileWorkerProtocol.Command>> present) {
    List<WorkerId> missing = new ArrayList<>();
    entries.forEach(
        (id, entry) -> {
          if (!present.contains(entry.ref())) {
            missing.add(id);
          }
        });
    return missing;
  }

  /** What is known of such a model, if any worker has it. */
  Optional<ModelCard> card(ModelKind model) {
    return cards().filter(card -> card.kind().equals(model)).findFirst();
  }

  /** The models that workers have, one card for each kind. */
  List<ModelCard> models() {
    Map<ModelKind, ModelCard> models = new LinkedHashMap<>();
    cards().forEach(card -> models.putIfAbsent(card.kind(), card));
    return List.copyOf(models.values());
  }

  private Stream<ModelCard> cards() {
    return entries.values().stream()
        .flatMap(entry -> Optional.ofNullable(entry.introduction()).stream())
        .map(Introduce::model);
  }
}
