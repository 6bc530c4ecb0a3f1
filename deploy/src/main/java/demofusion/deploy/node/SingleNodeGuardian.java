package demofusion.deploy.node;

import demofusion.coordinator.dispatch.DispatchObserver;
import demofusion.coordinator.dispatch.Dispatcher;
import demofusion.coordinator.dispatch.DispatcherCommand;
import demofusion.coordinator.dispatch.KnownWorkers;
import demofusion.coordinator.dispatch.audit.AuditShare;
import demofusion.coordinator.dispatch.audit.Audits;
import demofusion.coordinator.render.RenderEvent;
import demofusion.coordinator.render.RenderQueue;
import demofusion.coordinator.store.RenderRequest;
import demofusion.protocol.FailureCode;
import demofusion.protocol.JobId;
import demofusion.protocol.message.TileWorkerProtocol;
import demofusion.worker.TileWorker;
import demofusion.worker.model.DiffusionModel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;

/**
 * The guardian of a single node: parent of dispatcher, queue and workers. It hands jobs to the
 * queue and their events to whoever asked, and ends when the workers have.
 */
final class SingleNodeGuardian extends AbstractBehavior<SingleNodeGuardian.Command> {
  /** What the node asks of it. */
  sealed interface Command {}

  /** A new job. */
  record Begin(
      JobId job,
      Path folder,
      RenderRequest request,
      Consumer<RenderEvent> listener,
      CompletableFuture<RenderEvent.Last> end)
      implements Command {}

  /** A job that was stopped, from its folder. */
  record GoOn(
      JobId job,
      Path folder,
      Consumer<RenderEvent> listener,
      CompletableFuture<RenderEvent.Last> end)
      implements Command {}

  record Cancel(JobId job) implements Command {}

  /** Closing time: the forward in hand is finished, nothing else is begun. */
  record Close() implements Command {}

  private record Ended(JobId job) implements Command {}

  private record WorkerEnded(ActorRef<TileWorkerProtocol.Command> worker) implements Command {}

  private final ActorRef<RenderQueue.Command> queue;
  private final List<ActorRef<TileWorkerProtocol.Command>> workers = new ArrayList<>();
  private final Map<JobId, CompletableFuture<RenderEvent.Last>> open = new HashMap<>();

  private SingleNodeGuardian(
      ActorContext<Command> context, List<DiffusionModel> models, AuditShare audits) {
    super(context);
    ActorRef<DispatcherCommand> dispatcher =
        context.spawn(
            Dispatcher.create(
                KnownWorkers.of(Audits.of(audits)), Integer.MAX_VALUE, DispatchObserver.NONE),
            "dispatcher");
    queue = context.spawn(RenderQueue.create(dispatcher, 1), "queue");
    for (DiffusionModel model : models) {
      String suffix = workers.isEmpty() ? "" : "-" + (workers.size() + 1);
      ActorRef<TileWorkerProtocol.Command> worker =
          context.spawn(
              TileWorker.create("local" + suffix, model, Dispatcher.forWorkers(dispatcher)),
              "worker" + suffix);
      context.watchWith(worker, new WorkerEnded(worker));
      workers.add(worker);
    }
  }

  static Behavior<Command> create(List<DiffusionModel> models, AuditShare audits) {
    return Behaviors.setup(context -> new SingleNodeGuardian(context, models, audits));
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(Begin.class, this::onBegin)
        .onMessage(GoOn.class, this::onGoOn)
        .onMessage(Cancel.class, this::onCancel)
        .onMessage(Ended.class, this::onEnded)
        .onMessage(Close.class, this::onClose)
        .onMessage(WorkerEnded.class, this::onWorkerEnded)
        .build();
  }

  private Behavior<Command> onBegin(Begin begin) {
    open.put(begin.job(), begin.end());
    ActorRef<RenderEvent> listener = listen(begin.job(), begin.listener(), begin.end());
    queue.tell(new RenderQueue.Submit(begin.job(), begin.folder(), begin.request(), listener));
    return this;
  }

  private Behavior<Command> onGoOn(GoOn goOn) {
    open.put(goOn.job(), goOn.end());
    ActorRef<RenderEvent> listener = listen(goOn.job(), goOn.listener(), goOn.end());
    queue.tell(new RenderQueue.Resume(goOn.job(), goOn.folder(), listener));
    return this;
  }

  private Behavior<Command> onCancel(Cancel cancel) {
    queue.tell(new RenderQueue.Cancel(cancel.job()));
    return this;
  }

  private Behavior<Command> onEnded(Ended ended) {
    open.remove(ended.job());
    return this;
  }

  private Behavior<Command> onClose(Close close) {
    workers.forEach(worker -> worker.tell(new TileWorker.Drain()));
    return this;
  }

  private Behavior<Command> onWorkerEnded(WorkerEnded ended) {
    workers.remove(ended.worker());
    if (!workers.isEmpty()) {
      return this;
    }
    String sentence = "the worker stopped unexpectedly during the render";
    open.forEach(
        (job, end) -> end.complete(new RenderEvent.Failed(job, FailureCode.INTERNAL, sentence)));
    return Behaviors.stopped();
  }

  private ActorRef<RenderEvent> listen(
      JobId job, Consumer<RenderEvent> listener, CompletableFuture<RenderEvent.Last> end) {
    ActorRef<Command> self = getContext().getSelf();
    return getContext()
        .spawnAnonymous(
            Behaviors.receiveMessage(
                event -> {
                  try {
                    listener.accept(event);
                  } catch (RuntimeException e) {
                    self.tell(new Cancel(job));
                    end.completeExceptionally(e);
                  }
                  Optional<RenderEvent.Last> last = event.last();
                  if (last.isEmpty()) {
                    return Behaviors.same();
                  }
                  self.tell(new Ended(job));
                  end.complete(last.get());
                  return Behaviors.stopped();
                }));
  }
}
