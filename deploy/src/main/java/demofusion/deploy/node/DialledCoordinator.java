package demofusion.deploy.node;

import demofusion.coordinator.link.LinkSocket;
import demofusion.coordinator.link.Undelivered;
import demofusion.protocol.Backoff;
import demofusion.protocol.LogThrottle;
import demofusion.protocol.message.DispatcherProtocol;
import demofusion.protocol.message.DispatcherProtocol.Heartbeat;
import demofusion.protocol.message.TileWorkerProtocol;
import demofusion.protocol.message.WorkerLinkProtocol;
import demofusion.protocol.wire.LinkCodec;
import demofusion.protocol.wire.WireMetrics;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.Done;
import org.apache.pekko.actor.CoordinatedShutdown;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The coordinator, as a worker knows it that can only dial out: what it is told goes through one
 * WebSocket to the coordinator, what comes from there is for the worker, or for the link that the
 * worker keeps up, whom it knows by their heartbeats. When the connection is lost it dials again,
 * for ever; answers wait for that, heartbeats do not.
 */
final class DialledCoordinator extends AbstractBehavior<Object> {
  private static final Logger LOG = LoggerFactory.getLogger(DialledCoordinator.class);
  private static final Backoff BETWEEN_DIALS =
      new Backoff(Duration.ofMillis(500), Duration.ofSeconds(15));

  /** Answers that are kept while there is no connection. */
  private static final int MOST_WAITING = 256;

  /** For farewells when the node ends. */
  private static final Duration TO_FINISH = Duration.ofMillis(200);

  private record Dial() {}

  private record Connected(LinkSocket socket) {}

  private record Cut(String sentence, boolean wasConnected) {}

  private record Arrived(Object message) {}

  private record Finish(CompletableFuture<Done> done) {}

  private final TimerScheduler<Object> timers;
  private final String name;
  private final Dialling dialling;
  private final LogThrottle gate = new LogThrottle();
  private final Deque<Object> waiting = new ArrayDeque<>();
  private @Nullable LinkSocket socket;
  private @Nullable Heartbeat heartbeat; // the newest
  private int failures;
  private boolean isFinishing;

  private DialledCoordinator(
      ActorContext<Object> context,
      TimerScheduler<Object> timers,
      String name,
      DialOut target,
      int largestMessage,
      WireMetrics wire) {
    super(context);
    this.timers = timers;
    this.name = name;
    LinkCodec codec = new LinkCodec(context.getSelf(), wire);
    this.dialling = new Dialling(context.getSystem(), target, codec, largestMessage);
    dial();
  }

  /**
   * Begins to dial.
   *
   * @param name of the worker, for logs
   * @param largestMessage bytes that one message to this node may have
   * @return who hears heartbeats, and is every coordinator's dispatcher
   */
  static ActorRef<DispatcherProtocol.Command> spawn(
      ActorContext<?> context, String name, DialOut target, int largestMessage, WireMetrics wire) {
    Behavior<Object> dialled =
        Behaviors.setup(
            self ->
                Behaviors.withTimers(
                    timers ->
                        new DialledCoordinator(self, timers, name, target, largestMessage, wire)));
    ActorRef<Object> ref = context.spawnAnonymous(dialled);
    CoordinatedShutdown.get(context.getSystem())
        .addTask(
            CoordinatedShutdown.PhaseServiceRequestsDone(),
            "finish-" + ref.path().name(),
            () -> {
              CompletableFuture<Done> done = new CompletableFuture<>();
              ref.tell(new Finish(done));
              return done.completeOnTimeout(Done.getInstance(), 1, TimeUnit.SECONDS);
            });
    return ref.unsafeUpcast();
  }

  @Override
  public Receive<Object> createReceive() {
    return newReceiveBuilder()
        .onMessage(Heartbeat.class, this::onHeartbeat)
        .onMessage(DispatcherProtocol.Command.class, this::onTold)
        .onMessage(Arrived.class, this::onArrived)
        .onMessage(Dial.class, dial -> dial())
        .onMessage(Connected.class, this::onConnected)
        .onMessage(Cut.class, this::onCut)
        .onMessage(Finish.class, this::onFinish)
        .onSignal(PostStop.class, this::onStop)
        .build();
  }

  private Behavior<Object> dial() {
    ActorRef<Object> self = getContext().getSelf();
    dialling
        .dial(message -> self.tell(new Arrived(message)))
        .whenComplete(
            (open, failure) -> {
              if (open == null) {
                self.tell(new Cut(dialling.sentence(failure), false));
                return;
              }
              self.tell(new Connected(open));
              open.ended()
                  .whenComplete(
                      (done, cause) -> self.tell(new Cut(dialling.sentence(cause), true)));
            });
    return this;
  }

  private Behavior<Object> onConnected(Connected connected) {
    socket = connected.socket();
    LOG.info("event=dialled worker={} waiting={}", name, waiting.size());
    if (heartbeat != null) {
      send(connected.socket(), heartbeat);
    }
    while (!waiting.isEmpty()) {
      send(connected.socket(), waiting.remove());
    }
    return this;
  }

  private Behavior<Object> onCut(Cut cut) {
    socket = null;
    if (isFinishing) {
      return this; // the end of the connection is what was asked for
    }
    gate.pass(cut.sentence(), System.nanoTime()).ifPresent(leftOut -> log(cut, leftOut));
    timers.startSingleTimer(new Dial(), BETWEEN_DIALS.after(failures));
    failures++;
    return this;
  }

  private void log(Cut cut, long leftOut) {
    String sentence = cut.sentence() + "; retrying";
    if (cut.wasConnected()) {
      LOG.warn("event=cut-off worker={} left-out={} sentence=\"{}\"", name, leftOut, sentence);
    } else {
      LOG.warn("event=not-joined worker={} left-out={} sentence=\"{}\"", name, leftOut, sentence);
    }
  }

  private Behavior<Object> onArrived(Arrived arrived) {
    failures = 0;
    if (heartbeat == null) {
      return this;
    }
    if (arrived.message() instanceof TileWorkerProtocol.Command command) {
      heartbeat.worker().tell(command);
    } else if (arrived.message() instanceof WorkerLinkProtocol.Command command) {
      heartbeat.replyTo().tell(command);
    }
    return this;
  }

  private Behavior<Object> onHeartbeat(Heartbeat beat) {
    heartbeat = beat;
    if (socket != null) {
      socket.offer(beat); // if it cannot go, the next one will do
    }
    return this;
  }

  private Behavior<Object> onTold(DispatcherProtocol.Command answer) {
    if (socket != null) {
      send(socket, answer);
      return this;
    }
    if (waiting.size() == MOST_WAITING) {
      Undelivered.publish(getContext(), waiting.remove(), "too many answers wait for a connection");
    }
    waiting.add(answer);
    return this;
  }

  private void send(LinkSocket open, Object message) {
    if (!open.offer(message)) {
      Undelivered.publish(getContext(), message, "the coordinator reads too slowly");
    }
  }

  private Behavior<Object> onFinish(Finish finish) {
    isFinishing = true;
    if (socket == null) {
      finish.done().complete(Done.getInstance());
    } else {
      socket.finish();
      finish
          .done()
          .completeOnTimeout(Done.getInstance(), TO_FINISH.toMillis(), TimeUnit.MILLISECONDS);
    }
    return this;
  }

  private Behavior<Object> onStop(PostStop stop) {
    if (socket != null) {
      socket.close();
    }
    return this;
  }
}
