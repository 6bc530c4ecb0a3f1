package demofusion.deploy.node;

import demofusion.coordinator.dispatch.Dispatcher;
import demofusion.protocol.LogThrottle;
import demofusion.protocol.message.DispatcherProtocol;
import demofusion.protocol.message.WorkerLinkProtocol;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.eventstream.EventStream;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.apache.pekko.event.Logging;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notices what keeps a worker from joining that only the coordinator's remoting knows, and says so
 * nowhere but in its log, whose lines are read here:
 *
 * <ul>
 *   <li>A worker calls this node by another name than it goes by, and Artery drops whatever it
 *       says. It is told the right one.
 *   <li>A worker was heard, but cannot be reached at the address that it announces, so that no
 *       handshake ever ends. Operators are told, with the address and what to do.
 * </ul>
 */
final class RemotingNotices extends AbstractBehavior<RemotingNotices.Notice> {
  private static final Logger LOG = LoggerFactory.getLogger(RemotingNotices.class);

  /** As Pekko writes it; IPv6 stands in brackets. */
  private static final String ADDRESS = "(pekko://[^@\\]]+@(?:\\[[^\\]]*\\]|[^:\\]]+):\\d+)";

  private static final Pattern OTHER_NAME =
      Pattern.compile(
          "Dropping Handshake Request from \\["
              + ADDRESS
              + "#-?\\d+\\] addressed to unknown local address \\["
              + ADDRESS
              + "\\].*",
          Pattern.DOTALL);
  private static final Pattern NO_WAY_BACK =
      Pattern.compile(
          "\\[outbound connection to \\[" + ADDRESS + "\\].*?Upstream failed, cause: (.*)",
          Pattern.DOTALL);

  /** Whoever can be reached has joined by then. */
  private static final Duration PATIENCE = Duration.ofSeconds(3);

  /** The first word may get lost. */
  private static final Duration TELL_AGAIN = Duration.ofSeconds(2);

  private static final int REMEMBERED = 1000;

  /** What this actor hears. */
  sealed interface Notice {}

  private record Warned(String text) implements Notice {}

  private record Told() implements Notice {}

  private record Came(String address) implements Notice {}

  private record StillAway(String address, String reason) implements Notice {}

  private final TimerScheduler<Notice> timers;
  private final ActorRef<DispatcherProtocol.Command> members;
  private final LogThrottle gate = new LogThrottle();
  private final Set<String> seen = new LinkedHashSet<>(); // the oldest first
  private final Set<OtherName> told = new LinkedHashSet<>();

  private RemotingNotices(
      ActorContext<Notice> context,
      TimerScheduler<Notice> timers,
      ActorRef<DispatcherProtocol.Command> members) {
    super(context);
    this.timers = timers;
    this.members = members;
    ActorRef<EventStream.Command> events = context.getSystem().eventStream();
    events.tell(
        new EventStream.Subscribe<>(
            Logging.Warning.class,
            context.messageAdapter(
                Logging.Warning.class, warning -> new Warned("" + warning.message()))));
    events.tell(
        new EventStream.Subscribe<>(
            Dispatcher.WorkerCame.class,
            context.messageAdapter(Dispatcher.WorkerCame.class, came -> new Came(came.address()))));
  }

  /**
   * @param members where this coordinator hears heartbeats
   */
  static Behavior<Notice> create(ActorRef<DispatcherProtocol.Command> members) {
    return Behaviors.setup(
        context -> Behaviors.withTimers(timers -> new RemotingNotices(context, timers, members)));
  }

  /**
   * Who is called by another name.
   *
   * @param from the worker's address
   * @param called what it calls this node
   */
  record OtherName(String from, String called) {
    static Optional<OtherName> in(String text) {
      Matcher matcher = OTHER_NAME.matcher(text);
      return matcher.matches()
          ? Optional.of(new OtherName(matcher.group(1), matcher.group(2)))
          : Optional.empty();
    }
  }

  /**
   * A connection that does not come about.
   *
   * @param address that was tried
   * @param reason as remoting gives it
   */
  record NoWayBack(String address, String reason) {
    static Optional<NoWayBack> in(String text) {
      Matcher matcher = NO_WAY_BACK.matcher(text);
      if (!matcher.matches()) {
        return Optional.empty();
      }
      String cause = matcher.group(2).lines().findFirst().orElse("");
      String reason =
          cause.contains("refused")
              ? "connection refused"
              : cause.contains("timed out") || cause.contains("timeout") ? "no answer" : cause;
      return Optional.of(new NoWayBack(matcher.group(1), reason));
    }
  }

  @Override
  public Receive<Notice> createReceive() {
    return newReceiveBuilder()
        .onMessage(Warned.class, this::onWarned)
        .onMessage(Told.class, told -> this)
        .onMessage(Came.class, this::onCame)
        .onMessage(StillAway.class, this::onStillAway)
        .build();
  }

  private Behavior<Notice> onWarned(Warned warned) {
    OtherName.in(warned.text()).ifPresent(this::tellOwnName);
    NoWayBack.in(warned.text())
        .filter(one -> !seen.contains(one.address()) && !timers.isTimerActive(one.address()))
        .ifPresent(
            one ->
                timers.startSingleTimer(
                    one.address(), new StillAway(one.address(), one.reason()), PATIENCE));
    return this;
  }

  /** The node's guardian hears it, at an address that every worker has. */
  private void tellOwnName(OtherName other) {
    if (timers.isTimerActive(other)) {
      return;
    }
    timers.startSingleTimer(other, new Told(), TELL_AGAIN);
    if (told.add(other)) {
      LOG.warn(
          "event=coordinator-misnamed worker={} called={} name={}",
          hostPort(other.from()),
          hostPort(other.called()),
          FarmSystem.address(getContext().getSystem()));
      forgetOldest(told);
    }
    // Selected, since the worker's address may be one where a system ended before.
    Adapter.toClassic(getContext().getSystem())
        .actorSelection(other.from() + "/user/" + FarmSystem.NAMES + "/" + FarmSystem.NAMES)
        .tell(new WorkerLinkProtocol.KnownAs(members), org.apache.pekko.actor.ActorRef.noSender());
  }

  private Behavior<Notice> onCame(Came came) {
    seen.add(came.address());
    forgetOldest(seen);
    return this;
  }

  private static void forgetOldest(Set<?> some) {
    if (some.size() > REMEMBERED) {
      some.remove(some.iterator().next());
    }
  }

  private Behavior<Notice> onStillAway(StillAway away) {
    if (!seen.contains(away.address())
        && gate.pass("away " + away.address(), System.nanoTime()).isPresent()) {
      LOG.warn(
          "event=worker-unreachable address={} sentence=\"{}\"",
          hostPort(away.address()),
          ("a worker that wants to join cannot be reached at %s, the address that it announces"
                  + " (%s): give it one that can be reached from here with --advertise, or let it"
                  + " dial out with --join https://…")
              .formatted(hostPort(away.address()), away.reason()));
    }
    return this;
  }

  private static String hostPort(String address) {
    return address.substring(address.indexOf('@') + 1);
  }
}
