package demofusion.coordinator.dispatch;

import demofusion.coordinator.dispatch.ledger.GivenUp;
import demofusion.coordinator.dispatch.ledger.LeaseLedger;
import demofusion.coordinator.dispatch.ledger.WorkerId;
import demofusion.coordinator.dispatch.ledger.WorkerTerms;
import demofusion.protocol.message.DispatcherProtocol;
import demofusion.protocol.message.DispatcherProtocol.Heartbeat;
import demofusion.protocol.message.DispatcherProtocol.Introduce;
import demofusion.protocol.message.WorkerLinkProtocol.Heard;
import demofusion.protocol.message.WorkerLinkProtocol.Refused;
import demofusion.protocol.model.ModelCard;
import demofusion.protocol.wire.WireSerializer;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Consumer;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/**
 * Which workers belong to the farm: who says that he is there is greeted, who introduces himself
 * gets work, who falls silent gets none, who stays silent or leaves is lost. Only the coordinator
 * judges its workers, each by itself; what workers see of each other decides nothing.
 *
 * <p>Part of the {@link Dispatcher}, whose roster, outbox and ledger it keeps in step.
 */
final class WorkerMembership {
  private static final long GREET_AGAIN_NANOS = Duration.ofSeconds(2).toNanos();

  private final WorkerRoster roster;
  private final ModelSubscriptions models;
  private final WorkerOutbox outbox;
  private final LeaseLedger ledger;
  private final BatchWatch watch;
  private final DispatchLog log;
  private final Consumer<WorkerId> whenLost;
  private final WorkerLiveness liveness = new WorkerLiveness();
  private long greetedAt; // the last time that all who had not answered were
  private long loadingSaidAt;

  WorkerMembership(
      WorkerRoster roster,
      ModelSubscriptions models,
      WorkerOutbox outbox,
      LeaseLedger ledger,
      BatchWatch watch,
      DispatchLog log,
      Consumer<WorkerId> whenLost) {
    this.roster = roster;
    this.models = models;
    this.outbox = outbox;
    this.ledger = ledger;
    this.watch = watch;
    this.log = log;
    this.whenLost = whenLost;
  }

  /**
   * Heartbeats come to a child's address, where no large message from the same worker is before
   * them.
   */
  static Behavior<DispatcherProtocol.Command> heartbeats(
      ActorRef<DispatcherProtocol.Command> dispatcher) {
    return Behaviors.receiveMessage(
        message -> {
          dispatcher.tell(message);
          return Behaviors.same();
        });
  }

  /**
   * A worker says that it is there.
   *
   * @param givenUp told of batches that nobody gets any more
   * @return whether it was not there before
   */
  boolean heartbeat(Heartbeat heartbeat, long now, Consumer<GivenUp> givenUp) {
    if (!heartbeat.wireVersion().equals(WireSerializer.VERSION)) {
      refuse(heartbeat, now);
      return false;
    }
    if (heartbeat.session() == Heartbeat.LOADING) {
      loadingSaidAt = now;
      models.loading(true, roster.models());
      heartbeat.replyTo().tell(new Heard());
      return false;
    }
    roster
        .endedBy(heartbeat.worker(), heartbeat.session())
        .forEach(worker -> lose(worker, givenUp));
    WorkerId id = WorkerRoster.id(heartbeat.worker());
    boolean isNew = !roster.contains(id);
    if (isNew) {
      if (heartbeat.everyMillis() > 0) {
        liveness.expect(id, now);
      }
      outbox.greet(roster.add(heartbeat.worker(), heartbeat.session(), Instant.now()));
      if (roster.unintroduced().size() == 1) { // nobody else waits to be greeted again
        greetedAt = now;
      }
    }
    roster.isStillIn(id, heartbeat.session());
    // One that does not hear is there, and nothing reaches it. One that has not answered the
    // greeting is greeted in the same session for as long as it says that it is there: were it
    // given up meanwhile, each answer would come too late on a line or machine that is slow enough.
    if (heartbeat.hears() || roster.introduction(id) == null) {
      heard(id, now);
    }
    // Who has not answered the greeting is greeted again, which says as much and cannot overtake
    // it.
    if (heartbeat.everyMillis() > 0 && roster.introduction(id) != null) {
      heartbeat.replyTo().tell(new Heard());
    }
    return isNew;
  }

  private void refuse(Heartbeat heartbeat, long now) {
    String sentence =
        "worker %s speaks wire version %s and the coordinator %s: run the same release on both"
            .formatted(heartbeat.name(), heartbeat.wireVersion(), WireSerializer.VERSION);
    log.refused(heartbeat.name(), sentence, now);
    heartbeat.replyTo().tell(new Refused(sentence));
  }

  void introduced(Introduce introduce, long now) {
    WorkerId id = WorkerRoster.id(introduce.worker());
    heard(id, now);
    if (!roster.introduce(introduce)) {
      return;
    }
    ModelCard card = introduce.model();
    log.ready(introduce);
    if (roster.isDisputed(card.hash())) {
      roster.recommending(card.hash()).ifPresent(counts -> log.settingsDiffer(card, counts));
    }
    watch.came(introduce.name());
    ledger.introduce(
        id,
        new WorkerTerms(
            introduce.name(), card.kind(), card.hardware(), introduce.lanes(), introduce.credits()),
        now);
    models.arrived(card, roster.models());
  }

  /** Every message of a worker shows that it is there, not only its heartbeats. */
  void heard(WorkerId worker, long now) {
    if (liveness.heard(worker, now)) {
      log.heardAgain(worker);
      ledger.heard(worker);
    }
  }

  /** Whether time matters: somebody is to be heard, or to be greeted again. */
  boolean isWaiting() {
    return liveness.isWaiting() || !roster.unintroduced().isEmpty() || models.isLoading();
  }

  /** Time has passed. */
  void tick(long now, Consumer<GivenUp> givenUp) {
    WorkerLiveness.Findings findings = liveness.check(now);
    for (WorkerId worker : findings.silent()) {
      log.silent(worker);
      ledger.silent(worker, now).forEach(lease -> watch.overdue(lease.id(), now));
    }
    findings.lost().forEach(worker -> lose(worker, givenUp));
    if (now - greetedAt >= GREET_AGAIN_NANOS) {
      greetedAt = now;
      roster.unintroduced().forEach(outbox::greet);
    }
    if (now - loadingSaidAt >= WorkerLiveness.SILENT.toNanos()) {
      models.loading(false, roster.models());
    }
  }

  /** A worker is gone, and what it had in hand is for others. */
  void lose(WorkerId worker, Consumer<GivenUp> givenUp) {
    if (!roster.contains(worker)) {
      return;
    }
    if (roster.introduction(worker) != null) {
      log.lost(worker);
    }
    watch.went(worker, System.nanoTime());
    roster.remove(worker);
    liveness.forget(worker);
    models.tell(roster.models());
    outbox.forgetWorker(worker);
    whenLost.accept(worker);
    ledger.lost(worker).forEach(givenUp);
  }
}
