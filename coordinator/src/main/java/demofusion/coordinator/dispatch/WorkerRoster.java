package demofusion.coordinator.dispatch;

import demofusion.coordinator.dispatch.ledger.WorkerId;
import demofusion.protocol.message.DispatcherProtocol.Introduce;
import demofusion.protocol.message.TileWorkerProtocol;
import demofusion.protocol.model.ModelCard;
import demofusion.protocol.model.ModelKind;
import demofusion.protocol.model.ModelSettings;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.pekko.actor.typed.ActorRef;
import org.jspecify.annotations.Nullable;

/** The workers that are there: where they are, and what they said of themselves. */
final class WorkerRoster {
  /**
   * One worker.
   *
   * @param session this coordinator's number for it
   * @param earlierSession that it was in before, elsewhere or here
   * @param introduction null until it has answered the greeting
   */
  record Entry(
      WorkerId id,
      ActorRef<TileWorkerProtocol.Command> ref,
      long session,
      long earlierSession,
      Instant since,
      @Nullable Introduce introduction) {}

  private final Map<WorkerId, Entry> entries = new LinkedHashMap<>();
  private long session;

  static WorkerId id(ActorRef<TileWorkerProtocol.Command> worker) {
    return new WorkerId(worker.path().toSerializationFormat());
  }

  /**
   * Opens a session with a worker that is not there.
   *
   * @param earlierSession that it says it is in
   */
  Entry add(ActorRef<TileWorkerProtocol.Command> worker, long earlierSession, Instant now) {
    // Higher than what any coordinator before this one gave.
    session = Math.max(session + 1, now.toEpochMilli() * 1000);
    Entry entry = new Entry(id(worker), worker, session, earlierSession, now, null);
    entries.put(entry.id(), entry);
    return entry;
  }

  /**
   * Those that a worker's saying it is there ends: itself, where it has been in somebody else's
   * session since it answered the greeting, and whoever was at its address before.
   */
  List<WorkerId> endedBy(ActorRef<TileWorkerProtocol.Command> worker, long inSession) {
    return entries.values().stream()
        .filter(
            entry ->
                entry.ref().equals(worker)
                    ? entry.introduction() != null
                        && inSession != 0
                        && inSession != entry.session()
                        && inSession != entry.earlierSession()
                    : entry.ref().path().equals(worker.path()))
        .map(Entry::id)
        .toList();
  }

  /**
   * A worker that has not answered the greeting says which session it is in. It may say so again
   * after the answer, which comes another way.
   */
  void isStillIn(WorkerId id, long earlierSession) {
    Entry entry = entries.get(id);
    if (entry != null && entry.introduction() == null && earlierSession != 0) {
      entries.put(
          id, new Entry(id, entry.ref(), entry.session(), earlierSession, entry.since(), null));
    }
  }

  /** Whether this worker is there and was not introduced before. */
  boolean introduce(Introduce introduction) {
    Entry entry = entries.get(id(introduction.worker()));
    if (entry == null
        || entry.introduction() != null
        || entry.session() != introduction.session()) {
      return false;
    }
    entries.put(
        entry.id(),
        new Entry(
            entry.id(),
            entry.ref(),
            entry.session(),
            entry.earlierSession(),
            entry.since(),
            introduction));
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
  List<Entry> unintroduced() {
    return entries.values().stream().filter(entry -> entry.introduction() == null).toList();
  }

  /** What is known of such a model, if any worker has it. */
  Optional<ModelCard> card(ModelKind model) {
    return cards().filter(card -> card.kind().equals(model)).findFirst();
  }

  /** The models that workers have, one card for each kind. */
  List<ModelCard> models() {
    Map<ModelKind, ModelCard> models = new LinkedHashMap<>();
    cards()
        .forEach(card -> models.putIfAbsent(card.kind(), card.withSettings(settings(card.hash()))));
    return List.copyOf(models.values());
  }

  /** What the model recommends, by whichever worker counts. */
  private ModelSettings settings(String hash) {
    return recommending(hash)
        .map(introduction -> introduction.model().settings())
        .orElse(ModelSettings.NONE);
  }

  /**
   * The worker whose copy of the model says what it recommends: of those that say something the one
   * whose name is first, so that it does not matter who came first.
   */
  Optional<Introduce> recommending(String hash) {
    return introductions()
        .filter(introduction -> introduction.model().hash().equals(hash))
        .filter(introduction -> !introduction.model().settings().isEmpty())
        .min(
            Comparator.comparing(Introduce::name)
                .thenComparing(introduction -> introduction.model().settings().words()));
  }

  /** Whether workers' copies of this model recommend different settings. */
  boolean isDisputed(String hash) {
    return cards()
            .filter(card -> card.hash().equals(hash))
            .map(ModelCard::settings)
            .distinct()
            .count()
        > 1;
  }

  private Stream<Introduce> introductions() {
    return entries.values().stream()
        .flatMap(entry -> Optional.ofNullable(entry.introduction()).stream());
  }

  private Stream<ModelCard> cards() {
    return introductions().map(Introduce::model);
  }
}
