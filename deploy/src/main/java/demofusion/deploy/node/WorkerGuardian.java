package demofusion.deploy.node;

import demofusion.protocol.message.DispatcherProtocol;
import demofusion.protocol.message.TileWorkerProtocol;
import demofusion.protocol.message.WorkerLinkProtocol;
import demofusion.protocol.message.WorkerLinkProtocol.KnownAs;
import demofusion.protocol.wire.WireMetrics;
import demofusion.worker.CoordinatorRefs;
import demofusion.worker.LinkObserver;
import demofusion.worker.LoadingWorker;
import demofusion.worker.TileWorker;
import demofusion.worker.WorkerInstruments;
import demofusion.worker.WorkerMetrics;
import demofusion.worker.energy.CardMeters;
import demofusion.worker.model.DiffusionModel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The guardian of a worker's node: parent of one {@link TileWorker} for each model. Each of them
 * keeps up its own link to the coordinator; this actor tells operators and metrics how they stand,
 * and finds out why none comes about. It ends when its workers have.
 */
final class WorkerGuardian extends AbstractBehavior<WorkerGuardian.Command> {
  private static final Logger LOG = LoggerFactory.getLogger(WorkerGuardian.class);

  /** Who is not let in by then wants to know why. */
  private static final Duration DOUBTFUL = Duration.ofSeconds(5);

  /** And is told again as often as this. */
  private static final Duration DOUBTFUL_AGAIN = Duration.ofSeconds(60);

  /** What the node asks of it. */
  sealed interface Command {}

  /** Closing time: forwards in hand are finished, the rest is handed back, then the system ends. */
  record Close() implements Command {}

  private record Joined(String worker, ActorRef<DispatcherProtocol.Command> coordinator)
      implements Command {}

  private record Silent(String worker) implements Command {}

  private record Reachable(String worker) implements Command {}

  private record Lost(String worker) implements Command {}

  private record Refused(String worker, String sentence) implements Command {}

  private record Named(KnownAs name) implements Command {}

  private record Loaded(List<? extends DiffusionModel> models, CoordinatorRefs coordinators)
      implements Command {}

  private record StillOutside() implements Command {}

  private record ProofDue() implements Command {}

  private record Doubted(String sentence) implements Command {}

  private record WorkerEnded(ActorRef<TileWorkerProtocol.Command> worker) implements Command {}

  private final TimerScheduler<Command> timers;
  private final WorkerMetrics metrics;
  private final WorkerSettings settings;
  private final WireMetrics wire;
  private final TileWorker.Prove proof;
  private final CardMeters cards = new CardMeters();
  private @Nullable ActorRef<WorkerLinkProtocol.Command> loading; // until the models are
  private final List<ActorRef<TileWorkerProtocol.Command>> workers = new ArrayList<>();
  private final Set<String> joined = new HashSet<>();

  private WorkerGuardian(
      ActorContext<Command> context,
      TimerScheduler<Command> timers,
      WorkerSettings settings,
      CompletableFuture<? extends List<? extends DiffusionModel>> models,
      WorkerMetrics metrics,
      WireMetrics wire,
      TileWorker.Prove proof) {
    super(context);
    this.timers = timers;
    this.metrics = metrics;
    this.settings = settings;
    this.wire = wire;
    this.proof = proof;
    settings.uplink().watchOver(context);
    context.spawn(names(context.getSelf()), FarmSystem.NAMES);
    if (models.isCompletedExceptionally()) {
      return; // nothing to work with: the node closes this system as soon as it has it
    }
    if (models.isDone()) { // in an earlier life
      start(models.join(), coordinators(settings.name()));
    } else {
      CoordinatorRefs coordinators = coordinators(settings.name());
      LinkObserver observer = new ToGuardian(context.getSelf());
      loading =
          context.spawn(
              LoadingWorker.create(settings.name(), coordinators, observer), "model-loading");
      context.pipeToSelf(
          models,
          (loaded, failure) -> loaded == null ? new Close() : new Loaded(loaded, coordinators));
    }
  }

  private CoordinatorRefs coordinators(String worker) {
    return settings.uplink().coordinators(getContext(), worker, settings.largestMessage(), wire);
  }

  private void start(List<? extends DiffusionModel> models, CoordinatorRefs ofTheFirst) {
    for (DiffusionModel model : models) {
      String suffix = workers.isEmpty() ? "" : "-" + (workers.size() + 1);
      String name = settings.name() + suffix;
      ActorRef<TileWorkerProtocol.Command> worker =
          getContext()
              .spawn(
                  TileWorker.create(
                      name,
                      model,
                      workers.isEmpty() ? ofTheFirst : coordinators(name),
                      settings.largestMessage(),
                      new WorkerInstruments(
                          metrics.of(name, model), new ToGuardian(getContext().getSelf()), cards)),
                  "worker" + suffix);
      getContext().watchWith(worker, new WorkerEnded(worker));
      workers.add(worker);
    }
    timers.startSingleTimer(new StillOutside(), DOUBTFUL);
    settings
        .selftestEvery()
        .ifPresent(every -> timers.startTimerWithFixedDelay(new ProofDue(), every));
  }

  private Behavior<Command> onProofDue(ProofDue due) {
    workers.forEach(worker -> worker.tell(proof));
    return this;
  }

  /** Two levels down, since what goes to /user/* is large. */
  private static Behavior<Void> names(ActorRef<Command> guardian) {
    return Behaviors.setup(
        context -> {
          context.spawn(
              Behaviors.<WorkerLinkProtocol.Command>receiveMessage(
                  message -> {
                    if (message instanceof KnownAs name) {
                      guardian.tell(new Named(name));
                    }
                    return Behaviors.same();
                  }),
              FarmSystem.NAMES);
          return Behaviors.empty();
        });
  }

  /** What the workers' links notice, as messages. */
  private record ToGuardian(ActorRef<Command> guardian) implements LinkObserver {
    @Override
    public void joined(String worker, ActorRef<DispatcherProtocol.Command> coordinator) {
      guardian.tell(new Joined(worker, coordinator));
    }

    @Override
    public void silent(String worker) {
      guardian.tell(new Silent(worker));
    }

    @Override
    public void reachable(String worker) {
      guardian.tell(new Reachable(worker));
    }

    @Override
    public void lost(String worker) {
      guardian.tell(new Lost(worker));
    }

    @Override
    public void refused(String worker, String sentence) {
      guardian.tell(new Refused(worker, sentence));
    }
  }

  /**
   * @param proof what workers are told when their devices are to be checked again
   */
  static Behavior<Command> create(
      WorkerSettings settings,
      CompletableFuture<? extends List<? extends DiffusionModel>> models,
      WorkerMetrics metrics,
      WireMetrics wire,
      TileWorker.Prove proof) {
    return Behaviors.setup(
        context ->
            Behaviors.withTimers(
                timers ->
                    new WorkerGuardian(context, timers, settings, models, metrics, wire, proof)));
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(Loaded.class, this::onLoaded)
        .onMessage(Joined.class, this::onJoined)
        .onMessage(Silent.class, this::onSilent)
        .onMessage(Reachable.class, this::onReachable)
        .onMessage(Lost.class, this::onLost)
        .onMessage(Refused.class, this::onRefused)
        .onMessage(Named.class, this::onNamed)
        .onMessage(ProofDue.class, this::onProofDue)
        .onMessage(StillOutside.class, this::onStillOutside)
        .onMessage(Doubted.class, this::onDoubted)
        .onMessage(Close.class, this::onClose)
        .onMessage(WorkerEnded.class, this::onWorkerEnded)
        .build();
  }

  private Behavior<Command> onLoaded(Loaded loaded) {
    stopLoading();
    start(loaded.models(), loaded.coordinators());
    return this;
  }

  private void stopLoading() {
    if (loading != null) {
      getContext().stop(loading);
      loading = null;
    }
  }

  private Behavior<Command> onJoined(Joined message) {
    LOG.info(
        "event=joined worker={} address={} coordinator={}",
        message.worker(),
        settings.uplink().address(getContext().getSystem()),
        settings.uplink().name(message.coordinator()));
    joined.add(message.worker());
    timers.cancel(new StillOutside());
    metrics.joined();
    return this;
  }

  private Behavior<Command> onSilent(Silent message) {
    LOG.info("event=coordinator-unreachable worker={}", message.worker());
    return this;
  }

  private Behavior<Command> onReachable(Reachable message) {
    LOG.info("event=coordinator-reachable worker={}", message.worker());
    return this;
  }

  private Behavior<Command> onLost(Lost message) {
    LOG.warn("event=coordinator-lost worker={} how=silent", message.worker());
    joined.remove(message.worker());
    if (joined.isEmpty()) {
      metrics.left();
      timers.startSingleTimer(new StillOutside(), DOUBTFUL);
    }
    return this;
  }

  private Behavior<Command> onRefused(Refused message) {
    LOG.warn(
        "event=not-joined worker={} sentence={}",
        message.worker(),
        message.sentence() + "; retrying");
    return this;
  }

  private Behavior<Command> onNamed(Named named) {
    if (joined.isEmpty()) {
      LOG.info(
          "event=coordinator-known-as typed={} name={}",
          settings.uplink().targets(),
          named.name().members().path().address().hostPort());
      workers.forEach(worker -> worker.tell(new TileWorker.KnownAs(named.name())));
      if (loading != null) {
        loading.tell(named.name());
      }
    }
    return this;
  }

  private Behavior<Command> onStillOutside(StillOutside outside) {
    settings
        .uplink()
        .doubt(getContext().getSystem())
        .ifPresent(
            doubt ->
                getContext()
                    .pipeToSelf(
                        CompletableFuture.supplyAsync(
                            doubt,
                            getContext()
                                .getSystem()
                                .dispatchers()
                                .lookup(DispatcherSelector.blocking())),
                        (sentence, failure) ->
                            new Doubted(sentence == null ? "" + failure : sentence)));
    return this;
  }

  private Behavior<Command> onDoubted(Doubted doubted) {
    if (joined.isEmpty()) {
      LOG.warn(
          "event=not-joined worker={} sentence={}",
          settings.name(),
          doubted.sentence() + "; retrying");
      timers.startSingleTimer(new StillOutside(), DOUBTFUL_AGAIN);
    }
    return this;
  }

  private Behavior<Command> onClose(Close close) {
    stopLoading();
    if (workers.isEmpty()) {
      return Behaviors.stopped();
    }
    workers.forEach(worker -> worker.tell(new TileWorker.Drain()));
    return this;
  }

  private Behavior<Command> onWorkerEnded(WorkerEnded ended) {
    workers.remove(ended.worker());
    if (workers.isEmpty()) {
      getContext().getSystem().terminate();
    }
    return this;
  }
}
