package demofusion.deploy;

import demofusion.coordinator.dispatch.DispatchObserver;
import demofusion.coordinator.dispatch.Dispatcher;
import demofusion.coordinator.dispatch.DispatcherCommand;
import demofusion.coordinator.render.RenderEvent;
import demofusion.coordinator.render.RenderProgress;
import demofusion.coordinator.render.RenderQueue;
import demofusion.coordinator.store.RenderRequest;
import demofusion.protocol.JobId;
import demofusion.protocol.api.request.RenderSpec;
import demofusion.protocol.model.ModelGeometry;
import demofusion.protocol.model.ModelId;
import demofusion.protocol.safetensors.SafetensorsFile;
import demofusion.worker.TileWorker;
import demofusion.worker.model.synthetic.SyntheticModel;
import demofusion.worker.model.synthetic.SyntheticSettings;
import java.nio.file.Path;
import java.time.Duration;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.jspecify.annotations.Nullable;

/**
 * Both sides of a farm as they are in production, in this process, with a synthetic model between
 * them:
 *
 * <pre>
 *   RenderQueue ──▶ Dispatcher ◀── TileWorker × n ── SyntheticModel
 * </pre>
 */
public final class ActorFarm implements AutoCloseable {
  public static final SyntheticSettings SETTINGS = SyntheticSettings.of(new ModelGeometry(8, 4, 8));
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final ActorTestKit kit = ActorTestKit.create();
  private final ActorRef<DispatcherCommand> dispatcher =
      kit.spawn(Dispatcher.create(Integer.MAX_VALUE, DispatchObserver.NONE));
  private final Path folder;

  /**
   * @param folder of its one job
   */
  public ActorFarm(Path folder) {
    this.folder = folder;
  }

  /**
   * How a render ended.
   *
   * @param progress that was reported last; null: none
   */
  public record End(RenderEvent event, @Nullable RenderProgress progress) {}

  /** Workers that share a model. */
  public SyntheticModel work(int workers, SyntheticSettings settings) {
    SyntheticModel model = new SyntheticModel(settings);
    for (int n = 0; n < workers; n++) {
      kit.spawn(TileWorker.create("worker-" + n, model, Dispatcher.forWorkers(dispatcher)));
    }
    return model;
  }

  /** Draws, with previews, until that is done or has failed. */
  public End render(RenderSpec spec) {
    ModelId model = ModelId.of(new SyntheticModel(SETTINGS).card());
    ActorRef<RenderQueue.Command> queue = kit.spawn(RenderQueue.create(dispatcher, 1));
    TestProbe<RenderEvent> listener = kit.createTestProbe();
    RenderRequest request = new RenderRequest(spec, model, true, 0);
    queue.tell(
        new RenderQueue.Submit(
            new JobId("job"), folder.resolve("job"), request, listener.getRef()));
    RenderProgress progress = null;
    RenderEvent event = listener.receiveMessage(PATIENCE);
    while (!(event instanceof RenderEvent.Finished || event instanceof RenderEvent.Failed)) {
      if (event instanceof RenderEvent.Progressed progressed) {
        progress = progressed.progress();
      }
      event = listener.receiveMessage(PATIENCE);
    }
    return new End(event, progress);
  }

  /** A phase's latent as the job left it. */
  public float[] latent(int phase) {
    return SafetensorsFile.open(folder.resolve("job/phase-" + phase + ".safetensors"))
        .tensor("phase" + phase + ".final")
        .values();
  }

  @Override
  public void close() {
    kit.shutdownTestKit();
  }
}
