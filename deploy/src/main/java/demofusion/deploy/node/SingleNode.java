package demofusion.deploy.node;

import com.typesafe.config.ConfigFactory;
import demofusion.coordinator.dispatch.audit.AuditShare;
import demofusion.coordinator.render.RenderEvent;
import demofusion.coordinator.store.RenderRequest;
import demofusion.protocol.JobId;
import demofusion.worker.model.DiffusionModel;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.apache.pekko.actor.typed.ActorSystem;

/**
 * The composition root of one machine: dispatcher, queue and workers with their models, in one
 * local actor system. The messages are the farm's; nothing here knows how a picture is made.
 */
public final class SingleNode implements AutoCloseable {
  private static final String CONFIGURATION = "single-node";

  private final ActorSystem<SingleNodeGuardian.Command> system;

  private SingleNode(ActorSystem<SingleNodeGuardian.Command> system) {
    this.system = system;
  }

  /** Starts a node around a model, which stays its caller's. */
  public static SingleNode start(DiffusionModel model) {
    return start(List.of(model));
  }

  /** Starts a node with a worker for each of these models, which stay their caller's. */
  public static SingleNode start(List<DiffusionModel> models) {
    return start(models, AuditShare.NONE);
  }

  /** The same, where workers' answers are compared. */
  public static SingleNode start(List<DiffusionModel> models, AuditShare audits) {
    return new SingleNode(
        ActorSystem.create(
            SingleNodeGuardian.create(models, audits),
            "demofusion",
            ConfigFactory.load(CONFIGURATION)));
  }

  /**
   * Renders a new job.
   *
   * @param folder of the job, which has none yet
   * @param listener receives every event, one at a time, on a thread of the node's; if it throws,
   *     the job is cancelled and the future fails with that
   * @return the last event
   */
  public CompletableFuture<RenderEvent.Last> render(
      JobId job, Path folder, RenderRequest request, Consumer<RenderEvent> listener) {
    CompletableFuture<RenderEvent.Last> end = new CompletableFuture<>();
    system.tell(new SingleNodeGuardian.Begin(job, folder, request, listener, end));
    return end;
  }

  /** Resumes a job from its folder; otherwise as {@link #render}. */
  public CompletableFuture<RenderEvent.Last> resume(
      JobId job, Path folder, Consumer<RenderEvent> listener) {
    CompletableFuture<RenderEvent.Last> end = new CompletableFuture<>();
    system.tell(new SingleNodeGuardian.GoOn(job, folder, listener, end));
    return end;
  }

  /** Stops a job; what it has done stays in its folder. */
  public void cancel(JobId job) {
    system.tell(new SingleNodeGuardian.Cancel(job));
  }

  /**
   * Ends the node. Waits for a forward that is going on: libtorch crashes if the process ends, or
   * the model is closed, under it.
   */
  @Override
  public void close() {
    system.tell(new SingleNodeGuardian.Close());
    system.getWhenTerminated().toCompletableFuture().join();
  }
}
