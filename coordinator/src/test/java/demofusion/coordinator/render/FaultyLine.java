package demofusion.coordinator.render;

import demofusion.protocol.message.DispatcherProtocol;
import demofusion.protocol.message.DispatcherProtocol.Completed;
import demofusion.protocol.message.DispatcherProtocol.Failed;
import demofusion.protocol.message.DispatcherProtocol.Introduce;
import demofusion.protocol.message.TileWorkerProtocol.Command;
import demofusion.protocol.message.TileWorkerProtocol.Forget;
import demofusion.protocol.message.TileWorkerProtocol.Greet;
import demofusion.protocol.message.TileWorkerProtocol.Internal;
import demofusion.protocol.message.TileWorkerProtocol.LetGo;
import demofusion.protocol.message.TileWorkerProtocol.Perform;
import demofusion.protocol.message.TileWorkerProtocol.Remember;
import demofusion.protocol.message.TileWorkerProtocol.Withdraw;
import java.time.Duration;
import java.util.Random;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.Terminated;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.jspecify.annotations.Nullable;

/**
 * A bad line between the coordinator and a worker: what goes through it, either way, is sometimes
 * lost, sometimes said twice, and overtaken by what comes after it. To the coordinator it is the
 * worker.
 *
 * <pre>
 *   dispatcher ── Perform, Withdraw ──▶ FaultyLine ──▶ FakeWorker
 *        ▲───── Completed, Failed ────────── ▲ ───────────┘
 * </pre>
 */
final class FaultyLine extends AbstractBehavior<Command> {
  /**
   * How bad it is.
   *
   * @param lost of a hundred messages
   * @param twice of a hundred messages
   * @param mostMillis that a message takes
   */
  record Quality(int lost, int twice, int mostMillis) {}

  /** A message has come through. */
  private record Through(Runnable delivery) implements Internal {}

  /** The worker says something. */
  private record Said(DispatcherProtocol.Command message) implements Internal {}

  private final TimerScheduler<Command> timers;
  private final Quality quality;
  private final Random chance;
  private final ActorRef<Command> worker;
  private final ActorRef<DispatcherProtocol.Command> ear;
  private @Nullable ActorRef<DispatcherProtocol.Command> dispatcher;

  private FaultyLine(
      ActorContext<Command> context,
      TimerScheduler<Command> timers,
      Behavior<Command> worker,
      Quality quality,
      long seed) {
    super(context);
    this.timers = timers;
    this.quality = quality;
    this.chance = new Random(seed);
    this.worker = context.spawn(worker, "worker");
    this.ear = context.messageAdapter(DispatcherProtocol.Command.class, Said::new);
    context.watch(this.worker);
  }

  static Behavior<Command> to(Behavior<Command> worker, Quality quality, long seed) {
    return Behaviors.setup(
        context ->
            Behaviors.withTimers(timers -> new FaultyLine(context, timers, worker, quality, seed)));
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(Greet.class, this::onGreet)
        .onMessage(Perform.class, this::onPerform)
        .onMessage(Remember.class, remember -> send(() -> worker.tell(remember)))
        .onMessage(Withdraw.class, withdraw -> send(() -> worker.tell(withdraw)))
        .onMessage(LetGo.class, letGo -> send(() -> worker.tell(letGo)))
        .onMessage(Forget.class, forget -> send(() -> worker.tell(forget)))
        .onMessage(Said.class, this::onSaid)
        .onMessage(Through.class, this::onThrough)
        .onSignal(Terminated.class, ended -> Behaviors.stopped())
        .build();
  }

  private Behavior<Command> onGreet(Greet greet) {
    dispatcher = greet.dispatcher();
    return send(() -> worker.tell(new Greet(ear, ear, greet.largestMessage(), greet.session())));
  }

  private Behavior<Command> onPerform(Perform perform) {
    return send(() -> worker.tell(new Perform(perform.lease(), perform.work(), ear)));
  }

  private Behavior<Command> onSaid(Said said) {
    ActorRef<DispatcherProtocol.Command> to = dispatcher;
    return to == null ? this : send(() -> to.tell(asFromHere(said.message())));
  }

  private DispatcherProtocol.Command asFromHere(DispatcherProtocol.Command message) {
    ActorRef<Command> self = getContext().getSelf();
    if (message instanceof Introduce one) {
      return new Introduce(
          self,
          one.session(),
          one.name(),
          one.model(),
          one.lanes(),
          one.credits(),
          one.largestMessage());
    }
    if (message instanceof Completed one) {
      return new Completed(one.lease(), self, one.result(), one.waitedNanos(), one.deviceNanos());
    }
    Failed one = (Failed) message;
    return new Failed(one.lease(), self, one.code(), one.sentence(), one.largestViewBatch());
  }

  private Behavior<Command> send(Runnable delivery) {
    if (chance.nextInt(100) < quality.lost) {
      return this;
    }
    int times = chance.nextInt(100) < quality.twice ? 2 : 1;
    for (int n = 0; n < times; n++) {
      Duration delay = Duration.ofMillis(chance.nextInt(quality.mostMillis + 1));
      timers.startSingleTimer(new Object(), new Through(delivery), delay);
    }
    return this;
  }

  private Behavior<Command> onThrough(Through through) {
    through.delivery().run();
    return this;
  }
}
