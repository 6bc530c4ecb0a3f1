package demofusion.coordinator.link;

import demofusion.protocol.LogThrottle;
import java.io.NotSerializableException;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeoutException;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a {@link WorkerStandIn} for each worker that dialled in, and for some time after it was cut
 * off: one that dials again is the same worker. Of one worker the newest connection counts.
 */
final class WorkerLinkKeeper extends AbstractBehavior<WorkerLinkKeeper.Command> {
  private static final Logger LOG = LoggerFactory.getLogger(WorkerLinks.class);

  /** A worker that was cut off for so long has been lost for long. */
  private static final Duration KEPT = Duration.ofMinutes(10);

  private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(30);

  /** Everything it is told. */
  sealed interface Command {}

  /**
   * Somebody wants to be a worker.
   *
   * @param id of the worker, chosen by itself
   * @param caller whose token it has
   */
  record Admit(String id, String caller, ActorRef<Admission> replyTo) implements Command {}

  /**
   * The answer.
   *
   * @param standIn null: not now
   * @param refusal why not, in one sentence
   */
  record Admission(@Nullable ActorRef<Object> standIn, String refusal) {}

  /** A connection of one that was admitted is open. */
  record Opened(String id, LinkSocket socket) implements Command {}

  /** Ends all connections. */
  record Stop(ActorRef<Done> replyTo) implements Command {}

  private record Ended(String id, LinkSocket socket, @Nullable Throwable failure)
      implements Command {}

  private record Look() implements Command {}

  private static final class Link {
    final ActorRef<Object> standIn;
    final String caller;
    @Nullable LinkSocket socket;
    long idleSince = System.nanoTime();

    Link(ActorRef<Object> standIn, String caller) {
      this.standIn = standIn;
      this.caller = caller;
    }
  }

  private final int mostLinks;
  private final Map<String, Link> links = new HashMap<>();
  private final LogThrottle gate = new LogThrottle();

  private WorkerLinkKeeper(
      ActorContext<Command> context, TimerScheduler<Command> timers, int mostLinks) {
    super(context);
    this.mostLinks = mostLinks;
    timers.startTimerWithFixedDelay(new Look(), BETWEEN_LOOKS);
  }

  static Behavior<Command> create(int mostLinks) {
    return Behaviors.setup(
        context ->
            Behaviors.withTimers(timers -> new WorkerLinkKeeper(context, timers, mostLinks)));
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(Admit.class, this::onAdmit)
        .onMessage(Opened.class, this::onOpened)
        .onMessage(Ended.class, this::onEnded)
        .onMessage(Look.class, this::onLook)
        .onMessage(Stop.class, this::onStop)
        .build();
  }

  private Behavior<Command> onAdmit(Admit admit) {
    Link known = links.get(admit.id());
    if (known != null && !known.caller.equals(admit.caller())) {
      admit.replyTo().tell(new Admission(null, "this link belongs to somebody else's worker"));
      return this;
    }
    if (known == null && !makeRoom()) {
      String sentence =
          mostLinks + " workers are connected this way, as many as may be; retry later";
      admit.replyTo().tell(new Admission(null, sentence));
      return this;
    }
    if (known == null) {
      ActorRef<Object> standIn = getContext().spawnAnonymous(WorkerStandIn.create());
      known = new Link(standIn, admit.caller());
      links.put(admit.id(), known);
    }
    admit.replyTo().tell(new Admission(known.standIn, ""));
    return this;
  }

  /** Whoever has had no connection for longest makes room. */
  private boolean makeRoom() {
    if (links.size() < mostLinks) {
      return true;
    }
    Optional<Map.Entry<String, Link>> oldest =
        links.entrySet().stream()
            .filter(link -> link.getValue().socket == null)
            .min(Comparator.comparingLong(link -> link.getValue().idleSince - System.nanoTime()));
    oldest.ifPresent(link -> forget(link.getKey()));
    return oldest.isPresent();
  }

  private void forget(String id) {
    Link link = links.remove(id);
    if (link != null) {
      getContext().stop(link.standIn);
    }
  }

  private Behavior<Command> onOpened(Opened opened) {
    Link link = links.get(opened.id());
    if (link == null) {
      opened.socket().close();
      return this;
    }
    if (link.socket != null) {
      link.socket.close();
    }
    link.socket = opened.socket();
    link.standIn.tell(new WorkerStandIn.Use(opened.socket()));
    getContext()
        .pipeToSelf(
            opened.socket().ended(),
            (done, failure) -> new Ended(opened.id(), opened.socket(), failure));
    gate.pass("link-opened " + link.caller, System.nanoTime())
        .ifPresent(
            leftOut ->
                LOG.info(
                    "event=link-opened link={} caller={} left-out={}",
                    opened.id(),
                    link.caller,
                    leftOut));
    return this;
  }

  private Behavior<Command> onEnded(Ended ended) {
    Link link = links.get(ended.id());
    if (link != null) {
      log(ended, link.caller);
      if (link.socket == ended.socket()) {
        link.socket = null;
        link.idleSince = System.nanoTime();
        link.standIn.tell(new WorkerStandIn.Use(null));
      }
    }
    return this;
  }

  private void log(Ended ended, String caller) {
    gate.pass("link-closed " + caller, System.nanoTime())
        .ifPresent(
            leftOut ->
                LOG.info(
                    "event=link-closed link={} caller={} left-out={} reason=\"{}\"",
                    ended.id(),
                    caller,
                    leftOut,
                    reason(ended.failure())));
  }

  private static String reason(@Nullable Throwable failure) {
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    if (cause == null) {
      return "one end closed it";
    }
    if (cause instanceof NotSerializableException) {
      return "refused: " + cause.getMessage();
    }
    if (cause instanceof TimeoutException) {
      return "nothing came any more";
    }
    return "lost: " + cause.getMessage();
  }

  private Behavior<Command> onLook(Look look) {
    long now = System.nanoTime();
    List<String> old =
        links.entrySet().stream()
            .filter(link -> link.getValue().socket == null)
            .filter(link -> now - link.getValue().idleSince > KEPT.toNanos())
            .map(Map.Entry::getKey)
            .toList();
    old.forEach(this::forget);
    return this;
  }

  private Behavior<Command> onStop(Stop stop) {
    for (Link link : links.values()) {
      if (link.socket != null) {
        link.socket.close();
      }
    }
    stop.replyTo().tell(Done.getInstance());
    return Behaviors.stopped();
  }
}
