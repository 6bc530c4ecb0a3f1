package demofusion.worker;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.FailureCode;
import demofusion.protocol.LeaseId;
import demofusion.protocol.message.DispatcherProtocol;
import demofusion.protocol.message.TileWorkerProtocol.Command;
import demofusion.protocol.message.TileWorkerProtocol.Forget;
import demofusion.protocol.message.TileWorkerProtocol.Greet;
import demofusion.protocol.message.TileWorkerProtocol.Internal;
import demofusion.protocol.message.TileWorkerProtocol.LetGo;
import demofusion.protocol.message.TileWorkerProtocol.Perform;
import demofusion.protocol.message.TileWorkerProtocol.Remember;
import demofusion.protocol.message.TileWorkerProtocol.Rest;
import demofusion.protocol.message.TileWorkerProtocol.Withdraw;
import demofusion.protocol.message.WorkerLinkProtocol;
import demofusion.protocol.work.AssetId;
import demofusion.worker.model.DiffusionModel;
import demofusion.worker.model.JobAssets;
import demofusion.worker.proof.SelfCheck;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.apache.pekko.actor.Dropped;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.eventstream.EventStream;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.BehaviorBuilder;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.jspecify.annotations.Nullable;

/**
 * A worker: one model on one device, doing what dispatchers ask of it, first come first served. Its
 * {@link CoordinatorLink} says that it is there; when greeted, it says how many leases it takes at
 * once (two for each lane, so that it never waits for the network), and answers each of them
 * exactly once. The model runs on lanes of its own; this actor only moves messages.
 *
 * <p>States: {@link #serving} until told to {@link Drain}, then {@link #draining} until the last
 * forward is done.
 */
public final class TileWorker {
  private static final int LEASES_PER_LANE = 2;

  /**
   * Says goodbye: what has not begun is handed back, what runs is finished, then the worker ends.
   */
  public record Drain() implements Internal {}

  /** The coordinator goes by another name than the one that was typed. */
  public record KnownAs(WorkerLinkProtocol.KnownAs name) implements Internal {}

  /**
   * Checks its device as soon as it has nothing else to do.
   *
   * @param whenDone is told what is wrong, or nothing; on the actor's thread. Not where the check
   *     could not be done.
   */
  public record Prove(SelfCheck check, Consumer<Optional<String>> whenDone) implements Internal {}

  private record Proved(Prove prove, Optional<String> fault, @Nullable DemofusionException notDone)
      implements Internal {}

  /** A forward came to its end, well or badly. */
  private record Performed(
      Perform perform,
      JobAssets assets,
      WorkMeter.@Nullable Measured measured,
      @Nullable DemofusionException failure)
      implements Internal {}

  /** A forward did not fit into the device's memory; so many views would. */
  private record Probed(Perform perform, DemofusionException failure, int largestViewBatch)
      implements Internal {}

  /** Remoting could not send something. */
  private record AnswerDropped(Dropped dropped) implements Internal {}

  private final ActorContext<Command> context;
  private final String name;
  private final DiffusionModel model;
  private final ModelExecutor bench;
  private final WorkMeter meter;
  private final ModelLanes lanes;
  private final WorkInFlight inFlight;
  private final WorkLog log;
  private final WorkFailures failures;
  private final ActorRef<WorkerLinkProtocol.Command> link;
  private final int largestMessage;
  private final WorkObserver observer;
  private @Nullable Prove proof; // that waits until there is nothing else to do
  private boolean proving;
  private boolean restWanted; // until other work comes
  private int largestAnswer = Integer.MAX_VALUE;
  private long session; // of the last greeting
  private @Nullable ActorRef<DispatcherProtocol.Command> dispatcher; // the last that greeted

  private TileWorker(
      ActorContext<Command> context,
      String name,
      DiffusionModel model,
      ActorRef<WorkerLinkProtocol.Command> link,
      int largestMessage,
      WorkerInstruments instruments) {
    this.link = link;
    this.observer = instruments.work();
    this.context = context;
    this.name = name;
    this.model = model;
    this.largestMessage = largestMessage;
    this.bench = new ModelExecutor(model);
    this.meter = new WorkMeter(model, bench, instruments.cards());
    this.lanes = new ModelLanes(name, model.lanes(1));
    this.inFlight = new WorkInFlight(model::lanes);
    this.log = new WorkLog(name);
    this.failures = new WorkFailures(name, model);
  }

  /** Where no message leaves the process. */
  public static Behavior<Command> create(
      String name, DiffusionModel model, ActorRef<DispatcherProtocol.Command> dispatcher) {
    return create(
        name,
        model,
        CoordinatorRefs.local(dispatcher),
        Integer.MAX_VALUE,
        WorkerInstruments.unheard());
  }

  /**
   * @param name for people, logs and reports
   * @param model outlives the actor: whoever made it closes it
   * @param coordinators to whom it says that it is there
   * @param largestMessage bytes that one message to this node may have
   */
  public static Behavior<Command> create(
      String name,
      DiffusionModel model,
      CoordinatorRefs coordinators,
      int largestMessage,
      WorkerInstruments instruments) {
    return Behaviors.setup(
        context -> {
          context
              .getSystem()
              .eventStream()
              .tell(
                  new EventStream.Subscribe<>(
                      Dropped.class, context.messageAdapter(Dropped.class, AnswerDropped::new)));
          ActorRef<WorkerLinkProtocol.Command> link =
              context.spawn(
                  CoordinatorLink.create(context.getSelf(), name, coordinators, instruments.tie()),
                  "link");
          return new TileWorker(context, name, model, link, largestMessage, instruments).serving();
        });
  }

  private Behavior<Command> serving() {
    return always()
        .onMessage(Greet.class, this::onGreet)
        .onMessage(Perform.class, this::onPerform)
        .onMessage(Performed.class, this::onPerformed)
        .onMessage(Probed.class, this::onProbed)
        .onMessage(Drain.class, this::onDrain)
        .onMessage(Prove.class, this::onProve)
        .onMessage(Proved.class, this::onProved)
        .build();
  }

  private Behavior<Command> draining() {
    return always()
        .onMessage(Greet.class, tooLate -> Behaviors.same())
        .onMessage(Perform.class, this::onPerformTooLate)
        .onMessage(Performed.class, this::onLastPerformed)
        .onMessage(Probed.class, this::onLastProbed)
        .onMessage(Drain.class, again -> Behaviors.same())
        .onMessage(Prove.class, tooLate -> Behaviors.same())
        .onMessage(Proved.class, this::onProved)
        .build();
  }

  /** What a worker hears in either state. */
  private BehaviorBuilder<Command> always() {
    return BehaviorBuilder.<Command>create()
        .onMessage(KnownAs.class, this::onKnownAs)
        .onMessage(Remember.class, this::onRemember)
        .onMessage(Withdraw.class, this::onWithdraw)
        .onMessage(LetGo.class, this::onLetGo)
        .onMessage(Forget.class, this::onForget)
        .onMessage(Rest.class, this::onRest)
        .onMessage(AnswerDropped.class, this::onAnswerDropped)
        .onSignal(PostStop.class, this::onStop);
  }

  private Behavior<Command> onGreet(Greet greet) {
    if (greet.session() != session) {
      // What waits was given in a session that is over: somebody else has it.
      log.begunAnew(inFlight.dropWaiting(), inFlight.running());
    }
    session = greet.session();
    dispatcher = greet.dispatcher();
    largestAnswer = greet.largestMessage();
    link.tell(new CoordinatorLink.Greeted(greet.members(), session));
    int lanes = model.lanes(1);
    greet
        .dispatcher()
        .tell(
            new DispatcherProtocol.Introduce(
                context.getSelf(),
                session,
                name,
                model.card(),
                lanes,
                LEASES_PER_LANE * lanes,
                largestMessage));
    return Behaviors.same();
  }

  private Behavior<Command> onKnownAs(KnownAs known) {
    link.tell(known.name());
    return Behaviors.same();
  }

  private Behavior<Command> onRemember(Remember remember) {
    inFlight.remember(remember.job(), remember.asset());
    return Behaviors.same();
  }

  private Behavior<Command> onLetGo(LetGo letGo) {
    inFlight.letGo(letGo.job(), letGo.asset());
    letGo(List.of(letGo.asset()));
    return Behaviors.same();
  }

  /** Beside the forwards: the model may be making something of a picture at this moment. */
  private void letGo(Collection<AssetId> assets) {
    if (!assets.isEmpty()) {
      lanes.execute(() -> model.letGo(assets));
    }
  }

  private Behavior<Command> onForget(Forget forget) {
    letGo(inFlight.assets(forget.job()).byId().keySet());
    inFlight.forget(forget.job()).forEach(this::handBack);
    restIfIdle();
    return Behaviors.same();
  }

  /** What is in hand comes first: a forward cannot be stopped, and what waits is withdrawn. */
  private Behavior<Command> onRest(Rest rest) {
    restWanted = true;
    restIfIdle();
    return Behaviors.same();
  }

  private void restIfIdle() {
    if (restWanted && inFlight.isEmpty()) {
      lanes.execute(model::rest);
    }
  }

  private Behavior<Command> onPerform(Perform perform) {
    restWanted = false; // nobody gives work to a worker that is to rest
    inFlight.add(perform, System.nanoTime());
    fillLanes();
    return Behaviors.same();
  }

  private Behavior<Command> onPerformTooLate(Perform perform) {
    handBack(perform);
    return Behaviors.same();
  }

  /**
   * What has not begun is handed back, and so is what never came or whose answer may have got lost:
   * whoever asks has waited long. What runs is answered when it is done.
   */
  private Behavior<Command> onWithdraw(Withdraw withdraw) {
    LeaseId lease = withdraw.lease();
    Optional<Perform> waiting = inFlight.withdraw(lease);
    if (waiting.isPresent()) {
      handBack(waiting.get());
      restIfIdle();
    } else if (!inFlight.isRunning(lease) && dispatcher != null) {
      dispatcher.tell(handedBack(lease, "the worker does not have it"));
    }
    return Behaviors.same();
  }

  /** An answer did not leave this node, so its work is as good as not done. */
  private Behavior<Command> onAnswerDropped(AnswerDropped event) {
    if (event.dropped().message() instanceof DispatcherProtocol.Completed answer
        && answer.worker().equals(context.getSelf())
        && dispatcher != null) {
      log.answerDropped(answer.lease(), event.dropped().reason(), System.nanoTime());
      observer.answerDropped();
      dispatcher.tell(handedBack(answer.lease(), event.dropped().reason()));
    }
    return Behaviors.same();
  }

  private DispatcherProtocol.Failed handedBack(LeaseId lease, String sentence) {
    return new DispatcherProtocol.Failed(
        lease, context.getSelf(), FailureCode.CANCELLED, sentence, 0);
  }

  private Behavior<Command> onDrain(Drain drain) {
    log.draining(inFlight.running());
    context.stop(link);
    if (dispatcher != null) {
      dispatcher.tell(new DispatcherProtocol.Leaving(context.getSelf()));
    }
    inFlight.handBack().forEach(this::handBack);
    return inFlight.running() == 0 ? Behaviors.stopped() : draining();
  }

  private void fillLanes() {
    for (Optional<WorkInFlight.Item> next = inFlight.begin();
        next.isPresent();
        next = inFlight.begin()) {
      begin(next.get());
    }
    observer.holds(inFlight.running(), inFlight.waiting());
    restIfIdle();
    proveIfIdle();
  }

  private Behavior<Command> onProve(Prove prove) {
    proof = prove;
    proveIfIdle();
    return Behaviors.same();
  }

  /** Work that comes meanwhile waits for one check at most, on the lane that it has. */
  private void proveIfIdle() {
    Prove prove = proof;
    if (prove == null || proving || restWanted || model.isResting() || !inFlight.isEmpty()) {
      return;
    }
    proof = null;
    proving = true;
    context.pipeToSelf(
        CompletableFuture.supplyAsync(() -> prove.check().faultOrFailure(model), lanes),
        (fault, thrown) ->
            thrown == null
                ? new Proved(prove, fault, null)
                : new Proved(prove, Optional.empty(), failures.of(thrown)));
  }

  private Behavior<Command> onProved(Proved proved) {
    proving = false;
    DemofusionException notDone = proved.notDone();
    if (notDone == null) {
      proved.prove().whenDone().accept(proved.fault());
    } else if (notDone.code() == FailureCode.OUT_OF_MEMORY) {
      log.notProved();
    } else if (notDone.code() != FailureCode.CANCELLED) {
      proved.prove().whenDone().accept(Optional.of(notDone.userMessage()));
    }
    proveIfIdle();
    return Behaviors.same();
  }

  private void begin(WorkInFlight.Item item) {
    Perform perform = item.perform();
    log.begun(perform);
    JobAssets assets = inFlight.assets(perform.lease().job());
    context.pipeToSelf(
        CompletableFuture.supplyAsync(
            () -> meter.perform(perform.work(), assets, item.arrivedNanos()), lanes),
        (measured, thrown) ->
            new Performed(perform, assets, measured, thrown == null ? null : failures.of(thrown)));
  }

  private Behavior<Command> onPerformed(Performed performed) {
    answer(performed);
    fillLanes();
    return Behaviors.same();
  }

  private Behavior<Command> onLastPerformed(Performed performed) {
    answer(performed);
    return stoppedWhenIdle();
  }

  private Behavior<Command> onProbed(Probed probed) {
    handBackTooLarge(probed);
    fillLanes();
    return Behaviors.same();
  }

  private Behavior<Command> onLastProbed(Probed probed) {
    handBackTooLarge(probed);
    return stoppedWhenIdle();
  }

  private Behavior<Command> stoppedWhenIdle() {
    return inFlight.running() == 0 ? Behaviors.stopped() : Behaviors.same();
  }

  private void answer(Performed performed) {
    Perform perform = performed.perform();
    DemofusionException failure = performed.failure();
    WorkMeter.Measured measured = performed.measured();
    if (failure != null && failure.code() == FailureCode.OUT_OF_MEMORY) {
      probe(performed, failure); // on the lane that it still holds
      return;
    }
    inFlight.end(perform);
    if (failure == null && measured != null) {
      failure = failures.tooLarge(measured.result(), largestAnswer);
    }
    if (failure != null) {
      fail(perform, failure, 0);
    } else if (measured != null) {
      log.done(perform, measured.nanos());
      observer.done(perform.work(), measured.waitedNanos(), measured.nanos());
      observer.took(measured.energy());
      perform
          .replyTo()
          .tell(
              new DispatcherProtocol.Completed(
                  perform.lease(),
                  context.getSelf(),
                  measured.result(),
                  measured.waitedNanos(),
                  measured.nanos(),
                  measured.energy().joules()));
    }
  }

  private void probe(Performed tooLarge, DemofusionException failure) {
    Perform perform = tooLarge.perform();
    context.pipeToSelf(
        CompletableFuture.supplyAsync(
            () -> new MemoryProbe(bench).largestViewBatch(perform.work(), tooLarge.assets()),
            lanes),
        (largest, thrown) -> new Probed(perform, failure, thrown == null ? largest : 0));
  }

  private void handBackTooLarge(Probed probed) {
    inFlight.end(probed.perform());
    fail(probed.perform(), probed.failure(), probed.largestViewBatch());
  }

  private void handBack(Perform perform) {
    fail(perform, new DemofusionException(FailureCode.CANCELLED, "the work was handed back"), 0);
  }

  private void fail(Perform perform, DemofusionException failure, int largestViewBatch) {
    LeaseId lease = perform.lease();
    if (failure.code() == FailureCode.CANCELLED) {
      log.handedBack(lease);
      observer.handedBack();
    } else {
      log.failed(lease, failure, System.nanoTime());
      observer.failed(perform.work(), failure.code());
    }
    perform
        .replyTo()
        .tell(
            new DispatcherProtocol.Failed(
                lease, context.getSelf(), failure.code(), failure.userMessage(), largestViewBatch));
  }

  private Behavior<Command> onStop(PostStop stop) {
    lanes.close();
    return Behaviors.same();
  }
}
