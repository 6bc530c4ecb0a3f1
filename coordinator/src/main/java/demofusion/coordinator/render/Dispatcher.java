package demofusion.coordinator.render;

import demofusion.coordinator.render.ledger.GivenUp;
import demofusion.coordinator.render.ledger.Lease;
import demofusion.coordinator.render.ledger.LeaseLedger;
import demofusion.coordinator.render.ledger.LedgerRules;
import demofusion.coordinator.render.ledger.ModelKind;
import demofusion.coordinator.render.ledger.WorkerId;
import demofusion.coordinator.render.ledger.WorkerTerms;
import demofusion.protocol.DispatcherProtocol;
import demofusion.protocol.DispatcherProtocol.Completed;
import demofusion.protocol.DispatcherProtocol.Introduce;
import demofusion.protocol.FailureCode;
import demofusion.protocol.JobId;
import demofusion.protocol.LeaseId;
import demofusion.protocol.TileWorkerProtocol;
import demofusion.protocol.model.ModelCard;
import demofusion.protocol.work.Asset;
import demofusion.protocol.work.Work;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
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
import org.apache.pekko.actor.typed.receptionist.Receptionist;
import org.jspecify.annotations.Nullable;

/**
 * Stands between jobs and workers: finds workers through the receptionist, greets them, hands
 * batches to those that have credits, and brings the answers back to whoever submitted the batch.
 * Who gets what is the {@link LeaseLedger}'s decision; this actor only moves messages.
 *
 * <p>Messages may get lost on the way. One timer, which runs while anything is in a worker's hands,
 * tells the ledger that time passes; what is overdue then goes to somebody else too. Messages that
 * this node itself had to drop are overdue at once.
 */
public final class Dispatcher extends AbstractBehavior<DispatcherProtocol.Command> {
  private static final Duration TICK = Duration.ofMillis(100);
  private static final Duration LOOK_AGAIN = Duration.ofSeconds(1);
  private static final long GREET_AGAIN_NANOS = Duration.ofSeconds(2).toNanos();

  /** What it hears from itself, and from those it watches. */
  sealed interface Own extends DispatcherProtocol.Command {}

  private record WorkersChanged(Receptionist.Listing listing) implements Own {}

  private record WorkerTerminated(WorkerId worker) implements Own {}

  private record LookAgain() implements Own {}

  private record SeekerEnded(ActorRef<ModelCard> seeker) implements Own {}

  private record WatcherEnded(ActorRef<Dispatch.Models> watcher) implements Own {}

  private record MessageDropped(Dropped dropped) implements Own {}

  private record Tick() implements Own {}

  private record WorkCut(Lease lease, @Nullable Work work, @Nullable Throwable failure)
      implements Own {}

  private final TimerScheduler<DispatcherProtocol.Command> timers;
  private final ActorRef<Receptionist.Listing> listings;
  private final Executor compute;
  private final int largestMessage;
  private final LeaseLedger ledger;
  private final DispatchLog log;
  private final BatchWatch watch;
  private final WorkerRoster roster = new WorkerRoster();
  private final ModelNews models = new ModelNews();
  private final AssetBook assets = new AssetBook();
  private final Map<Long, Task> tasks = new HashMap<>();
  private final Set<LeaseId> beingCut = new HashSet<>();
  private long greetedAt = System.nanoTime();

  private Dispatcher(
      ActorContext<DispatcherProtocol.Command> context,
      TimerScheduler<DispatcherProtocol.Command> timers,
      LedgerRules rules,
      int largestMessage,
      FarmObserver observer) {
    super(context);
    this.timers = timers;
    this.compute = CoordinatorDispatchers.compute(context.getSystem());
    this.largestMessage = largestMessage;
    this.ledger = new LeaseLedger(rules);
    this.log = new DispatchLog(ledger);
    this.watch = new BatchWatch(ledger, observer);
    this.listings = context.messageAdapter(Receptionist.Listing.class, WorkersChanged::new);
    context
        .getSystem()
        .receptionist()
        .tell(Receptionist.subscribe(TileWorkerProtocol.SERVICE_KEY, listings));
    context
        .getSystem()
        .eventStream()
        .tell(
            new EventStream.Subscribe<>(
                Dropped.class, context.messageAdapter(Dropped.class, MessageDropped::new)));
  }

  /** Where no message leaves the process. */
  public static Behavior<DispatcherProtocol.Command> create() {
    return create(Integer.MAX_VALUE, FarmObserver.NONE);
  }

  /**
   * @param largestMessage bytes that one message to this node may have
   */
  public static Behavior<DispatcherProtocol.Command> create(
      int largestMessage, FarmObserver observer) {
    // Batches are numbered from the clock, so that no two coordinators give the same numbers.
    LedgerRules rules = LedgerRules.startingAt(System.currentTimeMillis() * 1000);
    return create(rules, largestMessage, observer);
  }

  static Behavior<DispatcherProtocol.Command> create(
      LedgerRules rules, int largestMessage, FarmObserver observer) {
    return Behaviors.setup(
        context ->
            Behaviors.withTimers(
                timers -> new Dispatcher(context, timers, rules, largestMessage, observer)));
  }

  @Override
  public Receive<DispatcherProtocol.Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(WorkersChanged.class, this::onWorkersChanged)
        .onMessage(WorkerTerminated.class, this::onWorkerTerminated)
        .onMessage(LookAgain.class, this::onLookAgain)
        .onMessage(Introduce.class, this::onIntroduce)
        .onMessage(Dispatch.FindModel.class, this::onFindModel)
        .onMessage(SeekerEnded.class, this::onSeekerEnded)
        .onMessage(Dispatch.WatchModels.class, this::onWatchModels)
        .onMessage(WatcherEnded.class, this::onWatcherEnded)
        .onMessage(Dispatch.OpenJob.class, this::onOpenJob)
        .onMessage(Dispatch.Provide.class, this::onProvide)
        .onMessage(Dispatch.Submit.class, this::onSubmit)
        .onMessage(Dispatch.Hurry.class, this::onHurry)
        .onMessage(Dispatch.CloseJob.class, this::onCloseJob)
        .onMessage(WorkCut.class, this::onWorkCut)
        .onMessage(Completed.class, this::onCompleted)
        .onMessage(DispatcherProtocol.Failed.class, this::onFailed)
        .onMessage(MessageDropped.class, this::onMessageDropped)
        .onMessage(Tick.class, this::onTick)
        .onMessage(Workers.ListAll.class, this::onListWorkers)
        .onMessage(Workers.Drain.class, this::onDrain)
        .onMessage(Dispatch.CountRetries.class, this::onCountRetries)
        .onMessage(Dispatch.ShowTiles.class, this::onShowTiles)
        .build();
  }

  private Behavior<DispatcherProtocol.Command> onWorkersChanged(WorkersChanged changed) {
    var present = changed.listing().getServiceInstances(TileWorkerProtocol.SERVICE_KEY);
    roster.missingFrom(present).forEach(this::lose);
    for (ActorRef<TileWorkerProtocol.Command> worker : present) {
      if (roster.add(worker, Instant.now())) {
        getContext().watchWith(worker, new WorkerTerminated(WorkerRoster.id(worker)));
        greet(worker);
      }
    }
    return handOut();
  }

  private void greet(ActorRef<TileWorkerProtocol.Command> worker) {
    worker.tell(new TileWorkerProtocol.Greet(getContext().getSelf(), largestMessage));
  }

  /**
   * The worker is gone, or only its node's former life: the end of an address is told of whoever
   * was watched there, also of one who has just come back. The listing tells them apart, but does
   * not change, so it has to be asked.
   */
  private Behavior<DispatcherProtocol.Command> onWorkerTerminated(WorkerTerminated terminated) {
    if (roster.contains(terminated.worker())) {
      timers.startSingleTimer(new LookAgain(), LOOK_AGAIN);
    }
    lose(terminated.worker());
    return handOut();
  }

  private Behavior<DispatcherProtocol.Command> onLookAgain(LookAgain look) {
    getContext()
        .getSystem()
        .receptionist()
        .tell(Receptionist.find(TileWorkerProtocol.SERVICE_KEY, listings));
    return this;
  }

  private void lose(WorkerId worker) {
    if (!roster.contains(worker)) {
      return;
    }
    log.lost(worker);
    watch.went(worker, System.nanoTime());
    roster.remove(worker);
    models.tell(roster.models());
    assets.forgetWorker(worker);
    ledger.lost(worker).forEach(this::giveUp);
  }

  private Behavior<DispatcherProtocol.Command> onIntroduce(Introduce introduce) {
    if (!roster.introduce(introduce)) {
      return this;
    }
    ModelCard card = introduce.model();
    log.ready(introduce);
    watch.came(introduce.name());
    WorkerTerms terms =
        new WorkerTerms(
            introduce.name(), ModelKind.of(card), introduce.lanes(), introduce.credits());
    ledger.introduce(WorkerRoster.id(introduce.worker()), terms, System.nanoTime());
    models.arrived(card, roster.models());
    return handOut();
  }

  private Behavior<DispatcherProtocol.Command> onFindModel(Dispatch.FindModel find) {
    Optional<ModelCard> card = roster.card(find.model());
    if (card.isPresent()) {
      find.replyTo().tell(card.get());
    } else {
      models.seek(find.replyTo(), find.model());
      getContext().watchWith(find.replyTo(), new SeekerEnded(find.replyTo()));
    }
    return this;
  }

  private Behavior<DispatcherProtocol.Command> onSeekerEnded(SeekerEnded ended) {
    models.forget(ended.seeker());
    return this;
  }

  private Behavior<DispatcherProtocol.Command> onWatchModels(Dispatch.WatchModels watch) {
    if (models.watch(watch.subscriber())) {
      getContext().watchWith(watch.subscriber(), new WatcherEnded(watch.subscriber()));
    }
    watch.subscriber().tell(new Dispatch.Models(roster.models()));
    return this;
  }

  private Behavior<DispatcherProtocol.Command> onWatcherEnded(WatcherEnded ended) {
    models.forgetWatcher(ended.watcher());
    return this;
  }

  private Behavior<DispatcherProtocol.Command> onOpenJob(Dispatch.OpenJob open) {
    ledger.open(open.job(), open.terms());
    return this;
  }

  private Behavior<DispatcherProtocol.Command> onProvide(Dispatch.Provide provide) {
    if (ledger.isOpen(provide.job())) {
      assets.provide(provide.job(), provide.asset());
    }
    return this;
  }

  private Behavior<DispatcherProtocol.Command> onSubmit(Dispatch.Submit submit) {
    if (ledger.isOpen(submit.job())) {
      for (Task task : submit.tasks()) {
        long batch = ledger.submit(submit.job(), task.terms());
        tasks.put(batch, task);
        watch.submitted(batch, task, System.nanoTime());
      }
    }
    return handOut();
  }

  private Behavior<DispatcherProtocol.Command> onHurry(Dispatch.Hurry hurry) {
    ledger.hurry(hurry.job());
    return handOut();
  }

  private Behavior<DispatcherProtocol.Command> onCloseJob(Dispatch.CloseJob close) {
    ledger.close(close.job()).forEach(this::forget);
    for (WorkerId worker : assets.forgetJob(close.job())) {
      tell(worker, new TileWorkerProtocol.Forget(close.job()));
    }
    return handOut();
  }

  private @Nullable Task forget(long batch) {
    watch.gone(batch);
    return tasks.remove(batch);
  }

  /** What follows every event: hands out whatever can be, and takes back what must not begin. */
  private Behavior<DispatcherProtocol.Command> handOut() {
    long now = System.nanoTime();
    for (Optional<Lease> next = ledger.lease(now); next.isPresent(); next = ledger.lease(now)) {
      cut(next.get());
    }
    ledger.withdrawals().forEach(this::withdraw);
    boolean timeMatters = ledger.isWaiting() || !roster.strangers().isEmpty();
    if (timeMatters && !timers.isTimerActive(TICK)) {
      timers.startTimerWithFixedDelay(TICK, new Tick(), TICK);
    } else if (!timeMatters) {
      timers.cancel(TICK);
    }
    return this;
  }

  /** The work is cut to size elsewhere, since that takes a while. */
  private void cut(Lease lease) {
    Task task = tasks.get(lease.id().batch());
    if (task == null) {
      return;
    }
    log.leased(lease);
    watch.leased(lease, System.nanoTime());
    beingCut.add(lease.id());
    getContext()
        .pipeToSelf(
            CompletableFuture.supplyAsync(task.work(), compute),
            (work, failure) -> new WorkCut(lease, work, failure));
  }

  private void withdraw(Lease lease) {
    if (beingCut.remove(lease.id())) {
      // It was never sent, so nobody else gives the credit back.
      ledger.failed(
          lease.id(), lease.worker(), FailureCode.CANCELLED, "withdrawn", 0, System.nanoTime());
      watch.withdrawn(lease.id());
    } else {
      tell(lease.worker(), new TileWorkerProtocol.Withdraw(lease.id()));
    }
  }

  private Behavior<DispatcherProtocol.Command> onWorkCut(WorkCut cut) {
    Lease lease = cut.lease();
    if (!beingCut.remove(lease.id())) {
      return this; // withdrawn meanwhile
    }
    Work work = cut.work();
    if (work == null) {
      Throwable failure = cut.failure();
      log.cutFailed(lease.id(), failure == null ? new IllegalStateException("no work") : failure);
      String sentence = "a unit of work could not be cut out of the latent: " + failure;
      settle(lease.id(), lease.worker(), FailureCode.INTERNAL, sentence, 0);
    } else {
      send(lease, work);
    }
    return this;
  }

  private void send(Lease lease, Work work) {
    JobId job = lease.id().job();
    Introduce worker = roster.introduction(lease.worker());
    if (worker == null) {
      return; // lost meanwhile, and so the lease is
    }
    Optional<Asset> asset = assets.toSend(lease.worker(), job, work);
    int largest = worker.largestMessage();
    Optional<String> refusal =
        MessageSizes.refusal(work, worker.name(), largest)
            .or(() -> asset.flatMap(one -> MessageSizes.refusal(one, worker.name(), largest)));
    if (refusal.isPresent()) {
      settle(lease.id(), lease.worker(), FailureCode.BAD_REQUEST, refusal.get(), 0);
      return;
    }
    asset.ifPresent(one -> worker.worker().tell(new TileWorkerProtocol.Remember(job, one)));
    worker.worker().tell(new TileWorkerProtocol.Perform(lease.id(), work, getContext().getSelf()));
  }

  private Behavior<DispatcherProtocol.Command> onCompleted(Completed completed) {
    LeaseId lease = completed.lease();
    WorkerId worker = WorkerRoster.id(completed.worker());
    long device = completed.deviceNanos();
    long now = System.nanoTime();
    boolean counts = ledger.completed(lease, worker, device, completed.waitedNanos(), now);
    watch.completed(completed, worker, counts, now);
    if (counts) {
      Task task = forget(lease.batch());
      if (task != null) {
        String name = ledger.name(worker);
        task.replyTo().tell(new Task.Done(task.tag(), completed.result(), name, device));
      }
      log.asides();
    } else {
      log.late(lease, worker);
    }
    return handOut();
  }

  private Behavior<DispatcherProtocol.Command> onFailed(DispatcherProtocol.Failed failed) {
    WorkerId worker = WorkerRoster.id(failed.worker());
    if (failed.code() == FailureCode.MISSING_ASSET) {
      assets.mistrust(worker, failed.lease().job());
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
    Task task = forget(givenUp.batch());
    if (task != null) {
      task.replyTo().tell(new Task.Failed(task.tag(), givenUp.code(), givenUp.sentence()));
    }
  }

  /** The worker will never hear of it, or its assets; nothing is known of the network beyond. */
  private Behavior<DispatcherProtocol.Command> onMessageDropped(MessageDropped event) {
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
      assets.mistrust(remember.job());
    }
    return handOut();
  }

  private Behavior<DispatcherProtocol.Command> onTick(Tick tick) {
    long now = System.nanoTime();
    for (Lease lease : ledger.tick(now)) {
      log.overdue(lease, now);
      watch.overdue(lease.id(), now);
    }
    if (now - greetedAt >= GREET_AGAIN_NANOS) {
      greetedAt = now;
      roster.strangers().forEach(this::greet);
    }
    return handOut();
  }

  private Behavior<DispatcherProtocol.Command> onListWorkers(Workers.ListAll list) {
    list.replyTo().tell(new Workers.Listing(WorkerViews.all(roster, ledger)));
    return this;
  }

  private Behavior<DispatcherProtocol.Command> onDrain(Workers.Drain drain) {
    log.drain(drain.worker(), drain.letBack());
    ledger.drain(drain.worker(), drain.letBack());
    handOut();
    WorkerView view = WorkerViews.named(drain.worker(), roster, ledger);
    drain.replyTo().tell(new Workers.Drained(view));
    return this;
  }

  private Behavior<DispatcherProtocol.Command> onCountRetries(Dispatch.CountRetries count) {
    count.replyTo().tell(ledger.counts());
    return this;
  }

  private Behavior<DispatcherProtocol.Command> onShowTiles(Dispatch.ShowTiles show) {
    Map<Long, String> holders = new HashMap<>();
    ledger
        .inHand(show.job())
        .forEach(
            (batch, worker) -> {
              Task task = tasks.get(batch);
              if (task != null) {
                holders.put(task.tag(), ledger.name(worker));
              }
            });
    show.replyTo().tell(show.open().heldBy(holders));
    return this;
  }

  private void tell(WorkerId worker, TileWorkerProtocol.Command message) {
    ActorRef<TileWorkerProtocol.Command> ref = roster.ref(worker);
    if (ref != null) {
      ref.tell(message);
    }
  }
}
