package demofusion.deploy.node;

import com.typesafe.config.ConfigFactory;
import demofusion.coordinator.render.Dispatcher;
import demofusion.coordinator.render.RenderEvent;
import demofusion.coordinator.render.RenderQueue;
import demofusion.coordinator.store.RenderRequest;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.DispatcherProtocol;
import demofusion.protocol.JobId;
import demofusion.worker.TileWorker;
import demofusion.worker.model.DiffusionModel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;

/**
 * The composition root of one machine: dispatcher, queue and one worker with its model, in one
 * local actor system. The messages are the farm's; nothing here knows how a picture is made.
 */
public final class SingleNode implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final String CONFIGURATION = "single-node";

  private final ActorSystem<Command> system;

  private SingleNode(ActorSystem<Command> system) {
    this.system = system;
  }

  private sealed interface Command {}

  private record Begin(
      JobId job,
      Path folder,
      RenderRequest request,
      Consumer<RenderEvent> listener,
      CompletableFuture<RenderEvent> end)
      implements Command {}

  private record GoOn(
      JobId job, Path folder, Consumer<RenderEvent> listener, CompletableFuture<RenderEvent> end)
      implements Command {}

  private record Cancel(JobId job) implements Command {}

  /** Starts a node around a model, which stays its caller's. */
  public static SingleNode start(DiffusionModel model) {
    return new SingleNode(
        ActorSystem.create(Foreman.create(model), "demofusion", ConfigFactory.load(CONFIGURATION)));
  }

  /**
   * Renders a new job.
   *
   * @param folder of the job, which has none yet
   * @param listener hears every event, one at a time, on a thread of the node's; the job ends with
   *     the failure that it throws
   * @return the last event
   */
  public CompletableFuture<RenderEvent> render(
      JobId job, Path folder, RenderRequest request, Consumer<RenderEvent> listener) {
    CompletableFuture<RenderEvent> end = new CompletableFuture<>();
    system.tell(new Begin(job, folder, request, listener, end));
    return end;
  }

  /** Goes on with a job from its folder; otherwise as {@link #render}. */
  public CompletableFuture<RenderEvent> resume(
      JobId job, Path folder, Consumer<RenderEvent> listener) {
    CompletableFuture<RenderEvent> end = new CompletableFuture<>();
    system.tell(new GoOn(job, folder, listener, end));
    return end;
  }

  /** Stops a job; what it has done stays in its folder. */
  public void cancel(JobId job) {
    system.tell(new Cancel(job));
  }

  @Override
  public void close() {
    system.terminate();
    try {
      system
          .getWhenTerminated()
          .toCompletableFuture()
          .get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException e) {
      // Its threads are daemons: they do not hold up the end of the process.
    }
  }

  /** The guardian: parent of everything on this node. */
  private static final class Foreman extends AbstractBehavior<Command> {
    private final ActorRef<RenderQueue.Command> queue;

    private Foreman(ActorContext<Command> context, DiffusionModel model) {
      super(context);
      ActorRef<DispatcherProtocol.Command> dispatcher =
          context.spawn(Dispatcher.create(), "dispatcher");
      queue = context.spawn(RenderQueue.create(dispatcher, 1), "queue");
      context.spawn(TileWorker.create("local", model), "worker");
    }

    static Behavior<Command> create(DiffusionModel model) {
      return Behaviors.setup(context -> new Foreman(context, model));
    }

    @Override
    public Receive<Command> createReceive() {
      return newReceiveBuilder()
          .onMessage(Begin.class, this::onBegin)
          .onMessage(GoOn.class, this::onGoOn)
          .onMessage(Cancel.class, this::onCancel)
          .build();
    }

    private Behavior<Command> onBegin(Begin begin) {
      queue.tell(
          new RenderQueue.Submit(
              begin.job(), begin.folder(), begin.request(), listen(begin.listener(), begin.end())));
      return this;
    }

    private Behavior<Command> onGoOn(GoOn goOn) {
      queue.tell(
          new RenderQueue.Resume(goOn.job(), goOn.folder(), listen(goOn.listener(), goOn.end())));
      return this;
    }

    private Behavior<Command> onCancel(Cancel cancel) {
      queue.tell(new RenderQueue.Cancel(cancel.job()));
      return this;
    }

    private ActorRef<RenderEvent> listen(
        Consumer<RenderEvent> listener, CompletableFuture<RenderEvent> end) {
      return getContext().spawnAnonymous(listening(listener, end));
    }

    private Behavior<RenderEvent> listening(
        Consumer<RenderEvent> listener, CompletableFuture<RenderEvent> end) {
      return Behaviors.receiveMessage(
          event -> {
            try {
              listener.accept(event);
            } catch (DemofusionException e) {
              queue.tell(new RenderQueue.Cancel(event.job()));
              RenderEvent failed = new RenderEvent.Failed(event.job(), e.code(), e.sentence());
              return isLast(event) ? ended(end, failed) : waiting(end, failed);
            }
            return isLast(event) ? ended(end, event) : Behaviors.same();
          });
    }

    /** The listener failed: the job ends with that, when it has let go of everything. */
    private static Behavior<RenderEvent> waiting(
        CompletableFuture<RenderEvent> end, RenderEvent failed) {
      return Behaviors.receiveMessage(
          event -> isLast(event) ? ended(end, failed) : Behaviors.same());
    }

    private static Behavior<RenderEvent> ended(
        CompletableFuture<RenderEvent> end, RenderEvent last) {
      end.complete(last);
      return Behaviors.stopped();
    }

    private static boolean isLast(RenderEvent event) {
      return event instanceof RenderEvent.Finished || event instanceof RenderEvent.Failed;
    }
  }
}
