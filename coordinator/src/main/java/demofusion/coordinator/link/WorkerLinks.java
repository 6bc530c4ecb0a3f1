package demofusion.coordinator.link;

import demofusion.coordinator.dispatch.Dispatcher;
import demofusion.coordinator.dispatch.DispatcherCommand;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.FailureCode;
import demofusion.protocol.message.DispatcherProtocol;
import demofusion.protocol.message.DispatcherProtocol.Heartbeat;
import demofusion.protocol.wire.LinkCodec;
import demofusion.protocol.wire.LinkMemory;
import demofusion.protocol.wire.WireMetrics;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.apache.pekko.http.javadsl.model.ws.Message;
import org.apache.pekko.stream.SystemMaterializer;
import org.apache.pekko.stream.javadsl.Flow;

/**
 * The workers that dialled this coordinator. For each there is an actor that the dispatcher knows
 * as it knows any worker; what comes from it is told to the dispatcher.
 */
public final class WorkerLinks {
  /** A worker says something every second. */
  private static final Duration SILENCE = Duration.ofSeconds(30);

  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final ActorSystem<?> system;
  private final ActorRef<DispatcherProtocol.Command> dispatcher;
  private final int largestMessage;
  private final LinkMemory memory = LinkMemory.ofHeap();
  private final ActorRef<WorkerLinkKeeper.Command> keeper;

  private WorkerLinks(
      ActorSystem<?> system,
      ActorRef<DispatcherProtocol.Command> dispatcher,
      int mostLinks,
      int largestMessage) {
    this.system = system;
    this.dispatcher = dispatcher;
    this.largestMessage = largestMessage;
    this.keeper =
        system.systemActorOf(
            WorkerLinkKeeper.create(mostLinks), "worker-links-" + UUID.randomUUID(), Props.empty());
  }

  /**
   * Begins to admit workers.
   *
   * @param mostLinks workers that may be there at once
   * @param largestMessage bytes that one message from a worker may have
   */
  public static WorkerLinks open(
      ActorSystem<?> system,
      ActorRef<DispatcherCommand> dispatcher,
      int mostLinks,
      int largestMessage) {
    return new WorkerLinks(system, Dispatcher.forWorkers(dispatcher), mostLinks, largestMessage);
  }

  /**
   * A connection for a worker.
   *
   * @param id that the worker has for its life
   * @param caller whose token it has; nobody else can come by the same id
   * @return fails with a {@link DemofusionException} TOO_MUCH or CONFLICT if it is not admitted
   */
  public CompletionStage<Flow<Message, Message, ?>> admit(String id, String caller) {
    CompletionStage<WorkerLinkKeeper.Admission> admission =
        AskPattern.ask(
            keeper, to -> new WorkerLinkKeeper.Admit(id, caller, to), PATIENCE, system.scheduler());
    return admission.thenApply(
        answer -> {
          ActorRef<Object> standIn = answer.standIn();
          if (standIn == null) {
            throw new DemofusionException(FailureCode.TOO_MUCH, answer.refusal());
          }
          return flow(id, standIn);
        });
  }

  private Flow<Message, Message, ?> flow(String id, ActorRef<Object> standIn) {
    LinkCodec codec = new LinkCodec(standIn, WireMetrics.of(Adapter.toClassic(system)));
    return new LinkFlow(
            codec, largestMessage, memory, SILENCE, SystemMaterializer.get(system).materializer())
        .flow(this::hear)
        .mapMaterializedValue(
            socket -> {
              keeper.tell(new WorkerLinkKeeper.Opened(id, socket));
              return socket;
            });
  }

  /** Heartbeats that are said once only are of workers of this process. */
  private boolean hear(Object message) {
    if (!(message instanceof DispatcherProtocol.Command said)
        || (said instanceof Heartbeat heartbeat && heartbeat.everyMillis() < 1)) {
      return false;
    }
    dispatcher.tell(said);
    return true;
  }

  /** Ends all connections; whoever dials again is admitted no more. */
  public CompletionStage<Done> close() {
    return AskPattern.<WorkerLinkKeeper.Command, Done>ask(
            keeper, WorkerLinkKeeper.Stop::new, PATIENCE, system.scheduler())
        .exceptionally(late -> Done.getInstance());
  }
}
