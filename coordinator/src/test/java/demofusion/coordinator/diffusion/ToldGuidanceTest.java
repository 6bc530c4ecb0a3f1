package demofusion.coordinator.diffusion;

import static org.assertj.core.api.Assertions.assertThat;

import demofusion.coordinator.diffusion.view.ViewBatch;
import demofusion.protocol.api.request.RenderSpec;
import demofusion.protocol.api.request.ViewBatchSize;
import demofusion.protocol.api.request.condition.ConditionSettings;
import demofusion.protocol.api.request.region.Region;
import demofusion.protocol.api.request.region.RegionRectangle;
import demofusion.protocol.api.request.region.RegionSettings;
import demofusion.protocol.model.ModelGeometry;
import demofusion.protocol.model.ModelInputs;
import demofusion.protocol.work.AssetId;
import demofusion.protocol.work.GuidanceHalf;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A model whose UNet is told the guidance scale (LCM's) answers a view under a text in one forward:
 * there is no other half that it could be guided with once more.
 */
class ToldGuidanceTest {
  private static final ModelGeometry TOLD =
      new ModelGeometry(8, 4, 8, ModelInputs.SDXL.withGuidance());

  /** More texts in the middle than fit in one unit of guided halves. */
  private static RenderSpec spec(String unit) {
    List<Region> regions =
        Stream.of("0,0,0.7,1", "0.3,0,1,1", "0,0.2,1,0.9")
            .map(area -> new Region(RegionRectangle.parse(area), null, "x", null, null, null))
            .toList();
    return Renders.spec()
        .size(200, 136)
        .steps(3)
        .guidance(5)
        .unit(ViewBatchSize.parse(unit))
        .build()
        .toBuilder()
        .regions(new RegionSettings(regions, 0.1))
        .conditions(
            new ConditionSettings(
                List.of(Steering.on(Steering.picture(200, 136))), List.of(), null))
        .build();
  }

  private static float[] draw(String unit) {
    List<PhaseResult> results =
        Render.begin(Renders.plan(spec(unit), TOLD)).run(Renders::toyPrediction);
    return results.get(results.size() - 1).latent().samples();
  }

  @ParameterizedTest
  @ValueSource(strings = {"1", "3", "half"})
  void isAskedOnceForEachViewAndText_withItsGuidance(String unit) {
    Render.begin(Renders.plan(spec(unit), TOLD))
        .run(
            (timestep, batch) -> {
              assertThat(batch.half()).isEqualTo(GuidanceHalf.BOTH);
              assertThat(batch.sharesUnconditional()).isFalse();
              assertThat(timestep.work(batch, prompt -> AssetId.NONE).guidance().scale())
                  .isEqualTo(5);
              requireOnce(timestep);
              return Renders.toyPrediction(timestep, batch);
            });
  }

  private static void requireOnce(Timestep timestep) {
    List<ViewBatch.Row> rows =
        timestep.batches().stream().flatMap(batch -> batch.rows().stream()).toList();
    Set<ViewBatch.Row> different = new HashSet<>(rows);
    assertThat(rows).hasSameSizeAs(different).allMatch(row -> row.prompt() >= 0);
  }

  @Test
  void halvesGiveTheBitsOfWholes() {
    assertThat(draw("half")).isEqualTo(draw("1"));
  }

  @Test
  void costsHalfOfWhatTwoHalvesCost() {
    RenderPlan told =
        Renders.plan(spec("1").toBuilder().regions(RegionSettings.NONE).build(), TOLD);
    RenderPlan guided = Renders.plan(told.spec(), Renders.SMALL);

    assertThat(told.guidedTiles()).isEqualTo(guided.guidedTiles() / 2);
    List<Integer> samples = new ArrayList<>();
    Phase last = told.phases().get(told.phases().size() - 1);
    ViewBatchGroup.of(told, last).forEach(group -> samples.add(group.samples() / group.views()));
    assertThat(samples).containsOnly(1);
  }
}
