package demofusion.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import demofusion.coordinator.diffusion.PhaseResult;
import demofusion.coordinator.render.RenderEvent;
import demofusion.coordinator.store.RenderRequest;
import demofusion.deploy.node.SingleNode;
import demofusion.protocol.FailureCode;
import demofusion.protocol.JobId;
import demofusion.protocol.api.request.RenderSpec;
import demofusion.protocol.api.request.ViewBatchSize;
import demofusion.protocol.api.request.condition.ConditionSettings;
import demofusion.protocol.api.request.condition.ControlUse;
import demofusion.protocol.model.ModelId;
import demofusion.protocol.safetensors.SafetensorsFile;
import demofusion.worker.model.DiffusionModel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * A picture that two ControlNets (one of them on the picture of the phase before) and an IP-Adapter
 * steer, by the dispatcher and several workers with the tiny model: the bits of one loop alone.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SteeredFarmIT {
  @TempDir Path folder;
  private final List<DiffusionModel> models = new ArrayList<>();
  private RenderSpec spec;
  private float[] alone;

  @BeforeAll
  void drawAlone() throws IOException {
    for (int n = 0; n < 3; n++) {
      models.add(GoldenSteering.load("sdxl"));
    }
    spec = spec();
    List<PhaseResult> results =
        GoldenSteering.draw(GoldenSteering.plan(spec, models.get(0)), models.get(0));
    alone = results.get(1).latent().samples();
  }

  @AfterAll
  void close() {
    models.forEach(DiffusionModel::close);
  }

  private static RenderSpec spec() throws IOException {
    JsonNode run = GoldenSteering.named("df-ip-2x");
    RenderSpec reference = GoldenSteering.spec(run);
    List<ControlUse> controls = new ArrayList<>();
    for (String name : List.of("df-controlnet-phase-2x", "df-controlnet-two-2x")) {
      controls.add(GoldenSteering.spec(GoldenSteering.named(name)).conditions().controls().get(0));
    }
    return reference.toBuilder()
        .steps(4)
        .unit(ViewBatchSize.ofViews(2))
        .conditions(new ConditionSettings(controls, reference.conditions().adapters(), null))
        .build()
        .withStandards();
  }

  private RenderRequest request() {
    return new RenderRequest(spec, ModelId.of(models.get(0).card()), false, 0);
  }

  private RenderEvent draw(SingleNode node, String name, Consumer<RenderEvent> listener) {
    return node.render(new JobId(name), folder.resolve(name), request(), listener).join();
  }

  private float[] latent(String name) {
    return SafetensorsFile.open(folder.resolve(name).resolve("phase-2.safetensors"))
        .tensor("phase2.final")
        .values();
  }

  @Test
  void hasTheBitsOfOneLoop_byOneWorkerAndByThree() {
    for (int workers : new int[] {1, 3}) {
      try (SingleNode node = SingleNode.start(models.subList(0, workers))) {
        RenderEvent last = draw(node, "by-" + workers, event -> {});
        assertThat(last).isInstanceOf(RenderEvent.Finished.class);
      }

      assertThat(latent("by-" + workers)).as("%s workers", workers).isEqualTo(alone);
    }
  }

  @Test
  void hasThemWhereItIsTakenUpAgainInsideThePhaseThatFollowsAnother() {
    try (SingleNode node = SingleNode.start(models.subList(0, 2))) {
      RenderEvent last =
          draw(
              node,
              "stopped",
              event -> {
                if (event instanceof RenderEvent.TimestepDone done && done.phase().number() == 2) {
                  node.cancel(new JobId("stopped"));
                }
              });
      assertThat(((RenderEvent.Failed) last).code()).isEqualTo(FailureCode.CANCELLED);
    }
    try (SingleNode node = SingleNode.start(models.subList(1, 3))) {
      RenderEvent last =
          node.resume(new JobId("stopped"), folder.resolve("stopped"), event -> {}).join();
      assertThat(last).isInstanceOf(RenderEvent.Finished.class);
    }

    assertThat(latent("stopped")).isEqualTo(alone);
  }
}
