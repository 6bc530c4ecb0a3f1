package demofusion.coordinator.dispatch;

import demofusion.coordinator.CoordinatorThreads;
import demofusion.coordinator.dispatch.audit.AuditShare;
import demofusion.coordinator.dispatch.audit.Audits;
import demofusion.coordinator.dispatch.ledger.GivenUp;
import demofusion.coordinator.dispatch.ledger.Lease;
import demofusion.coordinator.dispatch.ledger.LeaseLedger;
import demofusion.coordinator.dispatch.ledger.LedgerRules;
import demofusion.coordinator.dispatch.ledger.WorkerId;
import demofusion.protocol.FailureCode;
import demofusion.protocol.JobId;
import demofusion.protocol.LeaseId;
import demofusion.protocol.api.WorkerList;
import demofusion.protocol.api.WorkerView;
import demofusion.protocol.message.DispatcherProtocol;
import demofusion.protocol.message.DispatcherProtocol.Completed;
import demofusion.protocol.message.DispatcherProtocol.Failed;
import demofusion.protocol.message.DispatcherProtocol.Heartbeat;
import demofusion.protocol.message.DispatcherProtocol.Introduce;
import demofusion.protocol.message.DispatcherProtocol.Leaving;
import demofusion.protocol.message.TileWorkerProtocol;
import demofusion.protocol.model.ModelCard;
import demofusion.protocol.work.Work;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.apache.pekko.actor.Dropped;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.eventstream.EventStream;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.apache.pekko.japi.pf.PFBuilder;
import org.jspecify.annotations.Nullable;

/**
 * Stands between jobs and workers: greets workers that say they are there, hands batches to those
 * that have credits, and brings the answers back to whoever submitted the batch. Who gets what is
 * the {@link LeaseLedger}'s decision, who is there {@link WorkerMembership}'s; this actor only
 * moves messages.
 *
 * <p>Messages may get lost on the way. One timer, which runs while anything is in a worker's hands,
 * tells the ledger that time passes; what is overdue then goes to somebody else too. Messages that
 * this node itself had to drop are overdue at once.
 */
public final class Dispatcher extends AbstractBehavior<DispatcherCommand> {
  private static final Duration TICK = Duration.ofMillis(100);

  /** The name of the child that hears heartbeats. */
  public static final String MEMBERS = "members";

  /** What comes from workers, from itself, and from those it watches. */
  sealed interface Own extends DispatcherCommand {}

  private record WorkerIntroduced(Introduce introduce) implements Own {}

  private record WorkCompleted(Completed completed) implements Own {}

  private record WorkFailed(Failed failed) implements Own {}

  /**
   * Published in this node's event stream: a worker was heard, so both can reach each other.
   *
   * @param address of its node, as Pekko writes it
   */
  public record WorkerCame(String address) {}

  private record WorkerHeard(Heartbeat heartbeat) implements Own {}

  private record WorkerLeaving(Leaving leaving) implements Own {}

  private record WorkerTerminated(WorkerId worker) implements Own {}

  private record SeekerEnded(ActorRef<ModelCard> seeker) implements Own {}

  private record WatcherEnded(ActorRef<DispatcherCommand.Models> watcher) implements Own {}

  private record MessageDropped(Dropped dropped) implements Own {}

  private record Tick() implements Own {}

  private record WorkCut(Lease lease, @Nullable Work work, @Nullable Throwable failure)
      implements Own {}

  private final TimerScheduler<DispatcherCommand> timers;
  private final Executor compute;
  private final LeaseLedger ledger;
  private final DispatchLog log;
  private final BatchWatch watch;
  private final WorkerRoster roster = new WorkerRoster();
  private final WorkerMembership membership;
  private final WorkerOutbox outbox;
  private final ModelSubscriptions models = new ModelSubscriptions();
  private final TaskBook tasks;
  private final WorkerPausing pausing;
  private final WorkerViews.Known views;
  private final Map<LeaseId, WorkerId> beingCut = new HashMap<>();

  private Dispatcher(
      ActorContext<DispatcherCommand> context,
      TimerScheduler<DispatcherCommand> timers,
      LedgerRules rules,
      KnownWorkers known,
      int largestMessage,
      DispatchObserver observer) {
    super(context);
    this.timers = timers;
    this.compute = CoordinatorThreads.compute(context.getSystem());
    // Workers' messages are let in at this very address, see workersMessages.
    ActorRef<DispatcherProtocol.Command> self = context.getSelf().unsafeUpcast();
    ActorRef<DispatcherProtocol.Command> members =
        context.spawn(WorkerMembership.heartbeats(self), MEMBERS);
    this.outbox = new WorkerOutbox(roster, self, members, largestMessage);
    this.ledger = new LeaseLedger(rules);
    this.log = new DispatchLog(ledger);
    this.watch = new BatchWatch(ledger, observer);
    AnswerHashes hashes = new AnswerHashes(compute, context.getSelf()::tell);
    this.tasks = new TaskBook(ledger, watch, log, known, hashes);
    this.pausing = new WorkerPausing(known.pauses(), roster, ledger);
    this.views = new WorkerViews.Known(roster, ledger, known.pauses(), tasks.tally());
    this.membership =
        new WorkerMembership(
            roster,
            models,
            outbox,
            ledger,
            watch,
            log,
            lost -> beingCut.values().removeIf(lost::equals)); // it may be back before it is cut
    ActorRef<Dropped> dropped = context.messageAdapter(Dropped.class, MessageDropped::new);
    context.getSystem().eventStream().tell(new EventStream.Subscribe<>(Dropped.class, dropped));
  }

  /** A dispatcher as workers of the same process know it. */
  public static ActorRef<DispatcherProtocol.Command> forWorkers(
      ActorRef<DispatcherCommand> dispatcher) {
    return dispatcher.unsafeUpcast();
  }

  /**
   * @param largestMessage bytes that one message to this node may have
   */
  public static Behavior<DispatcherCommand> create(int largestMessage, DispatchObserver observer) {
    return create(KnownWorkers.of(Audits.of(AuditShare.NONE)), largestMessage, observer);
  }

  /**
   * @param known of workers, from before
   * @param largestMessage bytes that one message to this node may have
   */
  public static Behavior<DispatcherCommand> create(
      KnownWorkers known, int largestMessage, DispatchObserver observer) {
    // Batches are numbered from the clock, so that no two coordinators give the same numbers.
    LedgerRules rules = LedgerRules.startingAt(System.currentTimeMillis() * 1000);
    return create(rules, known, largestMessage, observer);
  }

  public static Behavior<DispatcherCommand> create(
      LedgerRules rules, KnownWorkers known, int largestMessage, DispatchObserver observer) {
    Behavior<DispatcherCommand> dispatcher =
        Behaviors.setup(
            context ->
                Behaviors.withTimers(
                    timers ->
                        new Dispatcher(context, timers, rules, known, largestMessage, observer)));
    return Behaviors.transformMessages(Object.class, dispatcher, Dispatcher::workersMessages)
        .narrow();
  }

  /**
   * What workers say comes to the dispatcher's own address and not to an adapter's below it: only
   * what goes to /user/* has a channel for large messages between machines.
   */
  private static PFBuilder<Object, DispatcherCommand> workersMessages(
      PFBuilder<Object, DispatcherCommand> messages) {
    return messages
        .match(DispatcherCommand.class, own -> own)
        .match(Heartbeat.class, WorkerHeard::new)
        .match(Leaving.class, WorkerLeaving::new)
        .match(Introduce.class, WorkerIntroduced::new)
        .match(Completed.class, WorkCompleted::new)
        .match(Failed.class, WorkFailed::new);
  }

  @Override
  public Receive<DispatcherCommand> createReceive() {
    return newReceiveBuilder()
        .onMessage(WorkerHeard.class, this::onWorkerHeard)
        .onMessage(WorkerLeaving.class, this::onWorkerLeaving)
        .onMessage(WorkerTerminated.class, this::onWorkerTerminated)
        .onMessage(WorkerIntroduced.class, this::onWorkerIntroduced)
        .onMessage(DispatcherCommand.FindModel.class, this::onFindModel)
        .onMessage(SeekerEnded.class, this::onSeekerEnded)
        .onMessage(DispatcherCommand.WatchModels.class, this::onWatchModels)
        .onMessage(WatcherEnded.class, this::onWatcherEnded)
        .onMessage(DispatcherCommand.OpenJob.class, this::onOpenJob)
        .onMessage(DispatcherCommand.Provide.class, this::onProvide)
        .onMessage(DispatcherCommand.LetGo.class, this::onLetGo)
        .onMessage(DispatcherCommand.Submit.class, this::onSubmit)
        .onMessage(DispatcherCommand.Hurry.class, this::onHurry)
        .onMessage(DispatcherCommand.CloseJob.class, this::onCloseJob)
        .onMessage(WorkCut.class, this::onWorkCut)
        .onMessage(WorkCompleted.class, this::onWorkCompleted)
        .onMessage(AnswerHashes.Hashed.class, this::onHashed)
        .onMessage(WorkFailed.class, this::onWorkFailed)
        .onMessage(MessageDropped.class, this::onMessageDropped)
        .onMessage(Tick.class, this::onTick)
        .onMessage(DispatcherCommand.ListWorkers.class, this::onListWorkers)
        .onMessage(DispatcherCommand.Drain.class, this::onDrain)
        .onMessage(DispatcherCommand.Pause.class, this::onPause)
        .onMessage(DispatcherCommand.CountRetries.class, this::onCountRetries)
        .onMessage(DispatcherCommand.ShowTiles.class, this::onShowTiles)
        .build();
  }

  private Behavior<DispatcherCommand> onWorkerHeard(WorkerHeard message) {
    Heartbeat heartbeat = message.heartbeat();
    boolean isNew = membership.heartbeat(heartbeat, System.nanoTime(), this::giveUp);
    if (isNew) {
      WorkerCame came = new WorkerCame(heartbeat.worker().path().address().toString());
      getContext().getSystem().eventStream().tell(new EventStream.Publish<>(came));
    }
    if (isNew && heartbeat.everyMillis() == 0) {
      getContext()
          .watchWith(heartbeat.worker(), new WorkerTerminated(WorkerRoster.id(heartbeat.worker())));
    }
    // Who was silent until now gets work at the next tick.
    return isNew ? handOut() : keepTime();
  }

  private Behavior<DispatcherCommand> onWorkerLeaving(WorkerLeaving message) {
    membership.lose(WorkerRoster.id(message.leaving().worker()), this::giveUp);
    return handOut();
  }

  private Behavior<DispatcherCommand> onWorkerTerminated(WorkerTerminated terminated) {
    membership.lose(terminated.worker(), this::giveUp);
    return handOut();
  }

  private Behavior<DispatcherCommand> onWorkerIntroduced(WorkerIntroduced introduced) {
    membership.introduced(introduced.introduce(), System.nanoTime());
    return handOut();
  }

  private Behavior<DispatcherCommand> onFindModel(DispatcherCommand.FindModel find) {
    Optional<ModelCard> card = roster.card(find.model());
    if (card.isPresent()) {
      find.replyTo().tell(card.get());
    } else {
      models.seek(find.replyTo(), find.model());
      getContext().watchWith(find.replyTo(), new SeekerEnded(find.replyTo()));
    }
    return this;
  }

  private Behavior<DispatcherCommand> onSeekerEnded(SeekerEnded ended) {
    models.forget(ended.seeker());
    return this;
  }

  private Behavior<DispatcherCommand> onWatchModels(DispatcherCommand.WatchModels watch) {
    if (models.watch(watch.subscriber())) {
      getContext().watchWith(watch.subscriber(), new WatcherEnded(watch.subscriber()));
    }
    watch.subscriber().tell(models.now(roster.models()));
    return this;
  }

  private Behavior<DispatcherCommand> onWatcherEnded(WatcherEnded ended) {
    models.forgetWatcher(ended.watcher());
    return this;
  }

  private Behavior<DispatcherCommand> onOpenJob(DispatcherCommand.OpenJob open) {
    ledger.open(open.job(), open.terms());
    tasks.open(open.job(), open.audited());
    return this;
  }

  private Behavior<DispatcherCommand> onProvide(DispatcherCommand.Provide provide) {
    if (ledger.isOpen(provide.job())) {
      outbox.provide(provide.job(), provide.asset());
    }
    return this;
  }

  private Behavior<DispatcherCommand> onLetGo(DispatcherCommand.LetGo letGo) {
    handOut(); // as before a job is forgotten
    outbox.letGo(letGo.job(), letGo.asset());
    return this;
  }

  private Behavior<DispatcherCommand> onSubmit(DispatcherCommand.Submit submit) {
    if (ledger.isOpen(submit.job())) {
      long now = System.nanoTime();
      submit.tasks().forEach(task -> tasks.submit(submit.job(), task, now));
    }
    return handOut();
  }

  private Behavior<DispatcherCommand> onHurry(DispatcherCommand.Hurry hurry) {
    ledger.hurry(hurry.job());
    return handOut();
  }

  private Behavior<DispatcherCommand> onCloseJob(DispatcherCommand.CloseJob close) {
    tasks.close(close.job());
    handOut(); // withdraws what has not begun, before its worker is told to forget what it needs
    outbox.forgetJob(close.job());
    ActorRef<JobId> closed = close.closed();
    if (closed != null) {
      closed.tell(close.job());
    }
    return this;
  }

  /** What follows every event: hands out whatever can be, and takes back what must not begin. */
  private Behavior<DispatcherCommand> handOut() {
    long now = System.nanoTime();
    for (Optional<Lease> next = ledger.lease(now); next.isPresent(); next = ledger.lease(now)) {
      cut(next.get());
    }
    ledger.withdrawals().forEach(this::withdraw);
    return keepTime();
  }

  private Behavior<DispatcherCommand> keepTime() {
    boolean timeMatters = ledger.isWaiting() || membership.isWaiting() || pausing.isWaiting();
    if (timeMatters && !timers.isTimerActive(TICK)) {
      timers.startTimerWithFixedDelay(TICK, new Tick(), TICK);
    } else if (!timeMatters) {
      timers.cancel(TICK);
    }
    return this;
  }

  /** The work is cut to size elsewhere, since that takes a while. */
  private void cut(Lease lease) {
    Task task = tasks.task(lease.id().batch());
    if (task == null) {
      return;
    }
    log.leased(lease);
    watch.leased(lease, System.nanoTime());
    beingCut.put(lease.id(), lease.worker());
    getContext()
        .pipeToSelf(
            CompletableFuture.supplyAsync(task.work(), compute),
            (work, failure) -> new WorkCut(lease, work, failure));
  }

  private void withdraw(Lease lease) {
    if (beingCut.remove(lease.id()) != null) {
      // It was never sent, so nobody else gives the credit back.
      long now = System.nanoTime();
      ledger.failed(lease.id(), lease.worker(), FailureCode.CANCELLED, "withdrawn", 0, now);
      watch.withdrawn(lease.id(), now);
    } else {
      outbox.withdraw(lease);
    }
  }

  private Behavior<DispatcherCommand> onWorkCut(WorkCut cut) {
    Lease lease = cut.lease();
    if (beingCut.remove(lease.id()) == null) {
      return this; // withdrawn meanwhile, or its worker was lost
    }
    Work work = cut.work();
    if (work == null) {
      Throwable failure = cut.failure();
      log.cutFailed(lease.id(), failure == null ? new IllegalStateException("no work") : failure);
      String sentence = "a view batch could not be cut from the latent: " + failure;
      settle(lease.id(), lease.worker(), FailureCode.INTERNAL, sentence, 0);
    } else {
      outbox
          .perform(lease, work)
          .ifPresent(
              refusal -> settle(lease.id(), lease.worker(), FailureCode.BAD_REQUEST, refusal, 0));
    }
    return this;
  }

  private Behavior<DispatcherCommand> onWorkCompleted(WorkCompleted message) {
    Completed completed = message.completed();
    LeaseId lease = completed.lease();
    WorkerId worker = WorkerRoster.id(completed.worker());
    long device = completed.deviceNanos();
    long now = System.nanoTime();
    membership.heard(worker, now);
    boolean counts = ledger.completed(lease, worker, device, completed.waitedNanos(), now);
    watch.completed(completed, worker, counts, now);
    if (counts) {
      tasks.completed(lease.batch(), completed.result(), ledger.name(worker), device, now);
      log.quarantined();
    } else {
      log.late(lease, worker);
    }
    return handOut();
  }

  private Behavior<DispatcherCommand> onHashed(AnswerHashes.Hashed hashed) {
    tasks.hashed(hashed);
    log.quarantined();
    return handOut();
  }

  private Behavior<DispatcherCommand> onWorkFailed(WorkFailed message) {
    Failed failed = message.failed();
    WorkerId worker = WorkerRoster.id(failed.worker());
    membership.heard(worker, System.nanoTime());
    if (failed.code() == FailureCode.MISSING_ASSET) {
      outbox.mistrust(worker, failed.lease().job());
    }
    settle(failed.lease(), worker, failed.code(), failed.sentence(), failed.largestViewBatch());
    return this;
  }

  private void settle(
      LeaseId lease, WorkerId worker, FailureCode code, String sentence, int largestViewBatch) {
    long now = System.nanoTime();
    log.failed(lease, worker, code, sentence, now);
    boolean stood = ledger.stands(new Lease(lease, worker, false));
    Optional<GivenUp> givenUp = ledger.failed(lease, worker, code, sentence, largestViewBatch, now);
    watch.failed(lease, code, stood, givenUp, now);
    givenUp.ifPresent(this::giveUp);
    handOut();
  }

  private void giveUp(GivenUp givenUp) {
    tasks.giveUp(givenUp, System.nanoTime());
  }

  /** The worker will never receive it, or its assets; nothing is known of the network beyond. */
  private Behavior<DispatcherCommand> onMessageDropped(MessageDropped event) {
    if (event.dropped().message() instanceof TileWorkerProtocol.Perform perform) {
      long now = System.nanoTime();
      ledger
          .holder(perform.lease())
          .ifPresent(
              worker -> {
                log.dropped(perform.lease(), worker, event.dropped().reason(), now);
                watch.overdue(perform.lease(), now);
                ledger.dropped(perform.lease(), worker, now);
              });
    } else if (event.dropped().message() instanceof TileWorkerProtocol.Remember remember) {
      outbox.mistrust(remember.job());
    }
    return handOut();
  }

  private Behavior<DispatcherCommand> onTick(Tick tick) {
    long now = System.nanoTime();
    membership.tick(now, this::giveUp);
    pausing.tick(now, Instant.now());
    for (Lease lease : ledger.tick(now)) {
      log.overdue(lease, now);
      watch.overdue(lease.id(), now);
    }
    return handOut();
  }

  private Behavior<DispatcherCommand> onListWorkers(DispatcherCommand.ListWorkers list) {
    list.replyTo().tell(new WorkerList(WorkerViews.all(views)));
    return this;
  }

  private Behavior<DispatcherCommand> onDrain(DispatcherCommand.Drain drain) {
    log.drain(drain.worker(), drain.readmit());
    tasks.drain(drain.worker(), drain.readmit());
    handOut();
    WorkerView view = WorkerViews.named(drain.worker(), views);
    drain.replyTo().tell(new DispatcherCommand.Drained(view));
    return this;
  }

  private Behavior<DispatcherCommand> onPause(DispatcherCommand.Pause pause) {
    pausing.change(pause);
    return handOut();
  }

  private Behavior<DispatcherCommand> onCountRetries(DispatcherCommand.CountRetries count) {
    count.replyTo().tell(ledger.counts());
    return this;
  }

  private Behavior<DispatcherCommand> onShowTiles(DispatcherCommand.ShowTiles show) {
    show.replyTo().tell(show.open().heldBy(tasks.holders(show.job())));
    return this;
  }
}
