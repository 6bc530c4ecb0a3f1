package demofusion.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import demofusion.coordinator.render.RenderEvent;
import demofusion.protocol.api.request.RenderSpec;
import demofusion.protocol.api.request.ViewBatchSize;
import demofusion.protocol.latent.PixelExtent;
import demofusion.protocol.latent.PromptSyntax;
import demofusion.protocol.latent.Prompts;
import demofusion.worker.model.synthetic.SyntheticModel;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Both sides as they are in production, with a synthetic model between them. */
class SyntheticFarmTest {
  @TempDir Path folder;
  private ActorFarm farm;

  @BeforeEach
  void start() {
    farm = new ActorFarm(folder);
  }

  @AfterEach
  void stop() {
    farm.close();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void givesTheSequentialWaysBits_whateverTheNumberOfWorkers(int workers) {
    SyntheticModel model = farm.work(workers, ActorFarm.SETTINGS.withLanes(2));
    RenderSpec spec = spec(ViewBatchSize.ofViews(4));

    assertThat(farm.render(spec).event()).isInstanceOf(RenderEvent.Finished.class);

    assertThat(farm.latent(3)).isEqualTo(SequentialWay.latent(spec, model));
  }

  /** Positive and negative texts change at different steps, in each phase anew. */
  @Test
  void givesTheSequentialWaysBits_wherePromptsChangeWithTheSteps() {
    SyntheticModel model = farm.work(2, ActorFarm.SETTINGS);
    RenderSpec spec =
        spec(ViewBatchSize.ofViews(4)).toBuilder()
            .prompts(new Prompts("a [lighthouse|castle|mill]", null, "[fog:rain:1]", null))
            .promptSyntax(PromptSyntax.WEIGHTED)
            .build();

    assertThat(farm.render(spec).event()).isInstanceOf(RenderEvent.Finished.class);
    assertThat(farm.latent(3))
        .isEqualTo(SequentialWay.latent(spec, model))
        .isNotEqualTo(
            SequentialWay.latent(spec.toBuilder().promptSyntax(PromptSyntax.PLAIN).build(), model));
  }

  @Test
  void namesTheLargestViewBatch_whenTheUnitDoesNotFitAnywhere() {
    farm.work(1, ActorFarm.SETTINGS.withMostViews(3));

    RenderEvent last = farm.render(spec(ViewBatchSize.ofViews(16))).event();

    assertThat(((RenderEvent.Failed) last).sentence()).contains("--view-batch 3");
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
