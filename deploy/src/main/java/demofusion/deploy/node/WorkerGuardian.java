package demofusion.deploy.node;

import demofusion.deploy.config.NodeAddress;
import demofusion.deploy.security.PeerProbe;
import demofusion.protocol.message.TileWorkerProtocol;
import demofusion.worker.TileWorker;
import demofusion.worker.WorkerMetrics;
import demofusion.worker.model.DiffusionModel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.apache.pekko.actor.Address;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.apache.pekko.cluster.ClusterEvent.MemberEvent;
import org.apache.pekko.cluster.ClusterEvent.MemberRemoved;
import org.apache.pekko.cluster.ClusterEvent.MemberUp;
import org.apache.pekko.cluster.ClusterEvent.ReachabilityEvent;
import org.apache.pekko.cluster.ClusterEvent.UnreachableMember;
import org.apache.pekko.cluster.Member;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.Down;
import org.apache.pekko.cluster.typed.JoinSeedNodes;
import org.apache.pekko.cluster.typed.Subscribe;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The guardian of a worker's node in one of its lives: joins the coordinators' cluster, and is
 * parent of one {@link TileWorker} for each model. When the coordinator is gone, or was silent for
 * some time, it ends its system; the {@link WorkerNode} makes the next.
 */
final class WorkerGuardian extends AbstractBehavior<WorkerGuardian.Command> {
  private static final Logger LOG = LoggerFactory.getLogger(WorkerGuardian.class);

  /** A coordinator that is only busy, or is cut off for a moment, comes back within this time. */
  private static final Duration SILENCE = Duration.ofSeconds(4);

  /** Names are looked up anew, and whatever went wrong is forgotten, after this time. */
  private static final Duration JOINING = Duration.ofSeconds(60);

  /** Who is not let in by then wants to know why. */
  private static final Duration DOUBTFUL = Duration.ofSeconds(10);

  /** What the node asks of it. */
  sealed interface Command {}

  /** Closing time: forwards in hand are finished, the rest is handed back, then the system ends. */
  record Close() implements Command {}

  private record MemberChanged(MemberEvent event) implements Command {}

  private record ReachabilityChanged(ReachabilityEvent event) implements Command {}

  private record Silence() implements Command {}

  private record WorkerEnded(ActorRef<TileWorkerProtocol.Command> worker) implements Command {}

  private record NotJoined() implements Command {}

  private record StillOutside() implements Command {}

  private record Doubted(String sentence) implements Command {}

  private final TimerScheduler<Command> timers;
  private final WorkerMetrics metrics;
  private final WorkerSettings settings;
  private final Cluster cluster;
  private final List<ActorRef<TileWorkerProtocol.Command>> workers = new ArrayList<>();
  private final Set<Address> coordinators = new HashSet<>();
  private boolean leaving;

  private WorkerGuardian(
      ActorContext<Command> context,
      TimerScheduler<Command> timers,
      WorkerSettings settings,
      List<? extends DiffusionModel> models,
      WorkerMetrics metrics) {
    super(context);
    this.timers = timers;
    this.metrics = metrics;
    this.settings = settings;
    this.cluster = Cluster.get(context.getSystem());
    for (DiffusionModel model : models) {
      String suffix = workers.isEmpty() ? "" : "-" + (workers.size() + 1);
      String name = settings.name() + suffix;
      ActorRef<TileWorkerProtocol.Command> worker =
          context.spawn(
              TileWorker.create(
                  name, model, settings.security().largestMessage(), metrics.of(name, model)),
              "worker" + suffix);
      context.watchWith(worker, new WorkerEnded(worker));
      workers.add(worker);
    }
    settings.security().watchOver(context);
    join();
  }

  static Behavior<Command> create(
      WorkerSettings settings, List<? extends DiffusionModel> models, WorkerMetrics metrics) {
    return Behaviors.setup(
        context ->
            Behaviors.withTimers(
                timers -> new WorkerGuardian(context, timers, settings, models, metrics)));
  }

  private void join() {
    ActorRef<MemberEvent> members =
        getContext().messageAdapter(MemberEvent.class, MemberChanged::new);
    ActorRef<ReachabilityEvent> reachability =
        getContext().messageAdapter(ReachabilityEvent.class, ReachabilityChanged::new);
    cluster.subscriptions().tell(Subscribe.create(members, MemberEvent.class));
    cluster.subscriptions().tell(Subscribe.create(reachability, ReachabilityEvent.class));
    timers.startSingleTimer(new NotJoined(), JOINING);
    timers.startSingleTimer(new StillOutside(), DOUBTFUL);
    cluster
        .manager()
        .tell(
            new JoinSeedNodes(settings.coordinators().stream().map(FarmSystem::address).toList()));
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(MemberChanged.class, this::onMemberChanged)
        .onMessage(ReachabilityChanged.class, this::onReachabilityChanged)
        .onMessage(Silence.class, this::onSilence)
        .onMessage(NotJoined.class, this::onNotJoined)
        .onMessage(StillOutside.class, this::onStillOutside)
        .onMessage(Doubted.class, this::onDoubted)
        .onMessage(Close.class, this::onClose)
        .onMessage(WorkerEnded.class, this::onWorkerEnded)
        .build();
  }

  private Behavior<Command> onMemberChanged(MemberChanged changed) {
    Member member = changed.event().member();
    if (member.address().equals(cluster.selfMember().address())) {
      if (changed.event() instanceof MemberUp) {
        LOG.info("event=joined address={}", FarmSystem.address(getContext().getSystem()));
        timers.cancel(new NotJoined());
        metrics.joined();
        timers.cancel(new StillOutside());
      }
    } else if (member.hasRole(FarmSystem.COORDINATOR)) {
      if (!(changed.event() instanceof MemberRemoved)) {
        coordinators.add(member.address());
      } else if (coordinators.remove(member.address()) && coordinators.isEmpty()) {
        leave("gone");
      }
    }
    return this;
  }

  private Behavior<Command> onReachabilityChanged(ReachabilityChanged changed) {
    Member member = changed.event().member();
    if (member.hasRole(FarmSystem.COORDINATOR)) {
      if (changed.event() instanceof UnreachableMember) {
        LOG.info("event=coordinator-unreachable address={}", member.address());
        timers.startSingleTimer(new Silence(), SILENCE);
      } else {
        LOG.info("event=coordinator-reachable address={}", member.address());
        timers.cancel(new Silence());
      }
    }
    return this;
  }

  private Behavior<Command> onSilence(Silence silence) {
    leave("silent");
    return this;
  }

  private Behavior<Command> onNotJoined(NotJoined notJoined) {
    getContext().getSystem().terminate();
    return this;
  }

  private Behavior<Command> onStillOutside(StillOutside outside) {
    PeerProbe probe = settings.security().probe();
    NodeAddress coordinator = settings.coordinators().get(0);
    getContext()
        .pipeToSelf(
            CompletableFuture.supplyAsync(
                () -> probe.sentence(coordinator.host(), coordinator.port()),
                getContext().getSystem().dispatchers().lookup(DispatcherSelector.blocking())),
            (sentence, failure) -> new Doubted(sentence == null ? "" + failure : sentence));
    return this;
  }

  private Behavior<Command> onDoubted(Doubted doubted) {
    if (timers.isTimerActive(new NotJoined())) {
      LOG.warn(
          "event=not-joined worker={} sentence={}",
          settings.name(),
          doubted.sentence() + "; retrying");
    }
    return this;
  }

  /** Leaves as a lost worker: there is no coordinator to sign off from. */
  private void leave(String how) {
    if (leaving) {
      return;
    }
    leaving = true;
    LOG.warn("event=coordinator-lost how={}", how);
    cluster.manager().tell(new Down(cluster.selfMember().address()));
  }

  private Behavior<Command> onClose(Close close) {
    leaving = true;
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
