package demofusion.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import demofusion.coordinator.dispatch.Dispatcher;
import demofusion.coordinator.dispatch.DispatcherCommand;
import demofusion.coordinator.render.RenderEvent;
import demofusion.coordinator.render.RenderQueue;
import demofusion.coordinator.store.RenderRequest;
import demofusion.protocol.JobId;
import demofusion.protocol.api.request.RenderSpec;
import demofusion.protocol.api.request.ViewBatchSize;
import demofusion.protocol.latent.PixelExtent;
import demofusion.protocol.latent.PromptSyntax;
import demofusion.protocol.latent.Prompts;
import demofusion.protocol.model.ModelCard;
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
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Both sides as they are in production, with a synthetic model between them. */
class SyntheticFarmTest {
  private static final SyntheticSettings SETTINGS =
      SyntheticSettings.of(new ModelGeometry(8, 4, 8));
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final ActorTestKit kit = ActorTestKit.create();
  private final ActorRef<DispatcherCommand> dispatcher = kit.spawn(Dispatcher.create());
  @TempDir Path folder;

  @AfterEach
  void stop() {
    kit.shutdownTestKit();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void givesTheSequentialWaysBits_whateverTheNumberOfWorkers(int workers) {
    SyntheticModel model = new SyntheticModel(SETTINGS.withLanes(2));
    for (int n = 0; n < workers; n++) {
      kit.spawn(TileWorker.create("worker-" + n, model, Dispatcher.forWorkers(dispatcher)));
    }
    RenderSpec spec = spec(ViewBatchSize.ofViews(4));

    RenderEvent last = render(spec);

    assertThat(last).isInstanceOf(RenderEvent.Finished.class);
    assertThat(
            SafetensorsFile.open(folder.resolve("job/phase-3.safetensors"))
                .tensor("phase3.final")
                .values())
        .isEqualTo(SequentialWay.latent(spec, model));
  }

  /** Positive and negative texts change at different steps, in each phase anew. */
  @Test
  void givesTheSequentialWaysBits_wherePromptsChangeWithTheSteps() {
    SyntheticModel model = new SyntheticModel(SETTINGS);
    for (int n = 0; n < 2; n++) {
      kit.spawn(TileWorker.create("worker-" + n, model, Dispatcher.forWorkers(dispatcher)));
    }
    RenderSpec spec =
        spec(ViewBatchSize.ofViews(4)).toBuilder()
            .prompts(new Prompts("a [lighthouse|castle|mill]", null, "[fog:rain:1]", null))
            .promptSyntax(PromptSyntax.WEIGHTED)
            .build();

    assertThat(render(spec)).isInstanceOf(RenderEvent.Finished.class);
    assertThat(
            SafetensorsFile.open(folder.resolve("job/phase-3.safetensors"))
                .tensor("phase3.final")
                .values())
        .isEqualTo(SequentialWay.latent(spec, model))
        .isNotEqualTo(
            SequentialWay.latent(spec.toBuilder().promptSyntax(PromptSyntax.PLAIN).build(), model));
  }

  @Test
  void namesTheLargestViewBatch_whenTheUnitDoesNotFitAnywhere() {
    kit.spawn(
        TileWorker.create(
            "worker-1",
            new SyntheticModel(SETTINGS.withMostViews(3)),
            Dispatcher.forWorkers(dispatcher)));

    RenderEvent last = render(spec(ViewBatchSize.ofViews(16)));

    assertThat(((RenderEvent.Failed) last).sentence()).contains("--view-batch 3");
  }

  private RenderEvent render(RenderSpec spec) {
    ModelCard card = new SyntheticModel(SETTINGS).card();
    ActorRef<RenderQueue.Command> queue = kit.spawn(RenderQueue.create(dispatcher, 1));
    TestProbe<RenderEvent> listener = kit.createTestProbe();
    RenderRequest request = new RenderRequest(spec, ModelId.of(card), true, 0);
    queue.tell(
        new RenderQueue.Submit(
            new JobId("job"), folder.resolve("job"), request, listener.getRef()));
    RenderEvent event = listener.receiveMessage(PATIENCE);
    while (!(event instanceof RenderEvent.Finished || event instanceof RenderEvent.Failed)) {
      event = listener.receiveMessage(PATIENCE);
    }
    return event;
  }

  private static RenderSpec spec(ViewBatchSize unit) {
    RenderSpec defaults = RenderSpec.of("a lighthouse", 7);
    return defaults.toBuilder()
        .prompts(new Prompts("a lighthouse", null, "blurry", null))
        .size(new PixelExtent(192, 136))
        .steps(4)
        .unit(unit)
        .build();
  }
}
