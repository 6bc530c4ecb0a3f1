package demofusion.worker;

import demofusion.protocol.message.DispatcherProtocol;
import demofusion.protocol.message.DispatcherProtocol.Heartbeat;
import demofusion.protocol.message.TileWorkerProtocol;
import demofusion.protocol.message.WorkerLinkProtocol.Command;
import demofusion.protocol.message.WorkerLinkProtocol.Heard;
import demofusion.protocol.message.WorkerLinkProtocol.Internal;
import demofusion.protocol.message.WorkerLinkProtocol.KnownAs;
import demofusion.protocol.message.WorkerLinkProtocol.Refused;
import demofusion.protocol.wire.WireSerializer;
import java.time.Duration;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorRefResolver;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.jspecify.annotations.Nullable;

/**
 * A worker's tie to its coordinator: says every second that the worker is there, to all addresses
 * that may have a coordinator until one greets it, then to that one. A coordinator that is silent,
 * gone or started anew is no reason to end anything: the link goes on asking, the worker keeps its
 * model, and is greeted when there is somebody to greet it.
 */
final class CoordinatorLink extends AbstractBehavior<Command> {
  /** A coordinator that says nothing for so long may be gone. */
  private static final Duration SILENT = Duration.ofSeconds(4);

  /** After this others are asked too. */
  private static final Duration LOST = Duration.ofSeconds(10);

  /** The worker was greeted, and is in this session from now on. */
  record Greeted(ActorRef<DispatcherProtocol.Command> members, long session) implements Internal {}

  private record Beat() implements Internal {}

  private final ActorRef<TileWorkerProtocol.Command> worker;
  private final String name;
  private final CoordinatorRefs coordinators;
  private final LinkObserver observer;
  private @Nullable ActorRef<DispatcherProtocol.Command> joined; // who greeted it last
  private boolean isSilent;
  private boolean isLost = true;
  private boolean isRefused;
  private long session; // the last greeting's
  private long heardAt = System.nanoTime() - LOST.toNanos();

  private CoordinatorLink(
      ActorContext<Command> context,
      TimerScheduler<Command> timers,
      ActorRef<TileWorkerProtocol.Command> worker,
      String name,
      CoordinatorRefs coordinators,
      LinkObserver observer,
      long session) {
    super(context);
    this.worker = worker;
    this.name = name;
    this.coordinators = coordinators;
    this.observer = observer;
    this.session = session;
    beat();
    if (!coordinators.every().isZero()) {
      timers.startTimerAtFixedRate(new Beat(), coordinators.every());
    }
  }

  static Behavior<Command> create(
      ActorRef<TileWorkerProtocol.Command> worker,
      String name,
      CoordinatorRefs coordinators,
      LinkObserver observer) {
    return Behaviors.setup(
        context ->
            Behaviors.withTimers(
                timers ->
                    new CoordinatorLink(context, timers, worker, name, coordinators, observer, 0)));
  }

  /** The link of a worker that is not there yet, since it loads its model. */
  static Behavior<Command> ofLoading(
      String name, CoordinatorRefs coordinators, LinkObserver observer) {
    return Behaviors.setup(
        context ->
            Behaviors.withTimers(
                timers ->
                    new CoordinatorLink(
                        context,
                        timers,
                        context.getSelf().unsafeUpcast(), // it is never greeted
                        name,
                        coordinators,
                        observer,
                        Heartbeat.LOADING)));
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(Beat.class, this::onBeat)
        .onMessage(Greeted.class, this::onGreeted)
        .onMessage(Heard.class, this::onHeard)
        .onMessage(Refused.class, this::onRefused)
        .onMessage(KnownAs.class, this::onKnownAs)
        .build();
  }

  private Behavior<Command> onBeat(Beat beat) {
    long silence = System.nanoTime() - heardAt;
    if (!isLost && !isSilent && silence >= SILENT.toNanos()) {
      isSilent = true;
      observer.silent(name);
    }
    if (!isLost && silence >= LOST.toNanos()) {
      isLost = true;
      observer.lost(name);
    }
    beat();
    return this;
  }

  private void beat() {
    Heartbeat heartbeat =
        new Heartbeat(
            worker,
            getContext().getSelf(),
            name,
            session,
            System.nanoTime() - heardAt < SILENT.toNanos(),
            (int) coordinators.every().toMillis(),
            WireSerializer.VERSION);
    if (joined != null) {
      tell(joined, heartbeat);
    }
    if (joined == null || isLost) {
      coordinators.members().get().forEach(coordinator -> tell(coordinator, heartbeat));
    }
  }

  /**
   * Selects the coordinator anew each time. Artery drops whatever is told to a reference at an
   * address where a system has ended in order, until that address says something itself, and a
   * coordinator that was started again there knows nobody to say something to; only selections
   * pass.
   */
  private void tell(ActorRef<DispatcherProtocol.Command> coordinator, Heartbeat heartbeat) {
    if (coordinator.path().address().hasLocalScope()) {
      coordinator.tell(heartbeat);
    } else {
      Adapter.toClassic(getContext().getSystem())
          .actorSelection(coordinator.path())
          .tell(heartbeat, org.apache.pekko.actor.ActorRef.noSender());
    }
  }

  private Behavior<Command> onGreeted(Greeted greeted) {
    heardAt = System.nanoTime();
    isSilent = false;
    isLost = false;
    isRefused = false;
    if (session != greeted.session()) {
      session = greeted.session();
      joined = whoeverIsThere(greeted.members());
      observer.joined(name, joined);
    }
    return this;
  }

  /** At that address, also after it was started anew. */
  private ActorRef<DispatcherProtocol.Command> whoeverIsThere(
      ActorRef<DispatcherProtocol.Command> members) {
    ActorRefResolver resolver = ActorRefResolver.get(getContext().getSystem());
    String path = resolver.toSerializationFormat(members);
    int incarnation = path.indexOf('#');
    return incarnation < 0 ? members : resolver.resolveActorRef(path.substring(0, incarnation));
  }

  private Behavior<Command> onHeard(Heard heard) {
    heardAt = System.nanoTime();
    if (isSilent && !isLost) {
      observer.reachable(name);
    }
    isSilent = false;
    if (isLost && joined != null && session > 0) {
      isLost = false; // it had only been away, and still knows the worker
      observer.joined(name, joined);
    }
    return this;
  }

  private Behavior<Command> onRefused(Refused refused) {
    if (!isRefused) {
      isRefused = true;
      observer.refused(name, refused.sentence());
    }
    return this;
  }

  /** The node's own way of writing the address leads nowhere; this one does. */
  private Behavior<Command> onKnownAs(KnownAs known) {
    if (isLost) {
      joined = whoeverIsThere(known.members());
      beat();
    }
    return this;
  }
}
