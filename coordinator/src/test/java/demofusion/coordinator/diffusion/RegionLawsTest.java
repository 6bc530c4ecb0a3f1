package demofusion.coordinator.diffusion;

import static org.assertj.core.api.Assertions.assertThat;

import demofusion.coordinator.diffusion.view.ViewBatch;
import demofusion.protocol.api.request.RenderSpec;
import demofusion.protocol.api.request.ViewBatchSize;
import demofusion.protocol.api.request.region.Region;
import demofusion.protocol.api.request.region.RegionRectangle;
import demofusion.protocol.api.request.region.RegionSettings;
import demofusion.protocol.latent.Tensor;
import demofusion.protocol.work.AssetId;
import demofusion.protocol.work.Work;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.IntFunction;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What must hold to the bit of pictures with regions (conditioning section 0.5). */
class RegionLawsTest {
  private static final AssetId HOUSE = new AssetId("house");
  private static final AssetId LAKE = new AssetId("lake");

  @ParameterizedTest
  @ValueSource(strings = {"1", "3", "half"})
  void oneRegionOverEverythingIsItsPromptAlone(String unit) {
    float[] alone = draw(spec(unit), prompt -> HOUSE);

    float[] over = draw(spec(unit, "0,0,1,1"), prompt -> prompt == 1 ? HOUSE : LAKE);

    assertThat(over).isEqualTo(alone);
    assertThat(over).isNotEqualTo(draw(spec(unit), prompt -> LAKE));
  }

  @ParameterizedTest
  @ValueSource(strings = {"0,0,0.5,1", "0.2,0.3,0.9,0.8"})
  void aRegionChangesThePicture(String area) {
    float[] plain = draw(spec("3"), prompt -> LAKE);

    float[] with = draw(spec("3", area), prompt -> prompt == 1 ? HOUSE : LAKE);

    assertThat(with).isNotEqualTo(plain);
  }

  /** What one unit has in common with another may be cut once: nobody can tell. */
  @ParameterizedTest
  @ValueSource(strings = {"1", "3", "half"})
  void aUnitHasTheSameTiles_whateverWasCutBeforeIt(String unit) {
    Random order = new Random(3);
    Render render = Render.begin(Renders.plan(spec(unit, "0,0,0.5,1", "0.5,0,1,1"), Renders.SMALL));
    while (!render.isDone()) {
      Timestep timestep = render.openTimestep();
      Map<Integer, Tensor> tiles = new HashMap<>();
      for (ViewBatch batch : timestep.batches()) {
        tiles.put(batch.index(), timestep.work(batch, prompt -> HOUSE).tiles());
      }
      for (int time = 0; time < 5; time++) {
        List<ViewBatch> shuffled = new ArrayList<>(timestep.batches());
        Collections.shuffle(shuffled, order);
        for (ViewBatch batch : shuffled) {
          assertThat(timestep.work(batch, prompt -> HOUSE).tiles())
              .as("unit %s of %s", batch.index(), timestep.batches().size())
              .isEqualTo(tiles.get(batch.index()));
        }
      }
      for (ViewBatch batch : timestep.batches()) {
        timestep.accept(
            batch.index(), predict(timestep.work(batch, prompt -> prompt == 1 ? HOUSE : LAKE)));
      }
      render.closeTimestep(timestep);
    }
  }

  private static RenderSpec spec(String unit, String... areas) {
    List<Region> regions =
        List.of(areas).stream()
            .map(area -> new Region(RegionRectangle.parse(area), null, "x", null, null, null))
            .toList();
    return Renders.spec()
        .size(200, 136)
        .steps(3)
        .unit(ViewBatchSize.parse(unit))
        .build()
        .toBuilder()
        .regions(new RegionSettings(regions, 0))
        .build();
  }

  private static float[] draw(RenderSpec spec, IntFunction<AssetId> prompts) {
    List<PhaseResult> results =
        Render.begin(Renders.plan(spec, Renders.SMALL))
            .run((timestep, batch) -> predict(timestep.work(batch, prompts)));
    return results.get(results.size() - 1).latent().samples();
  }

  /** The toy model, for which every prompt is something else. */
  private static Tensor predict(Work.PredictNoise work) {
    Tensor noise = Renders.toyPrediction(work);
    int size = noise.values().length / work.views();
    for (int n = 0; n < noise.values().length; n++) {
      noise.values()[n] += work.conditioning().get(n / size).equals(HOUSE) ? 0.25f : -0.1f;
    }
    return noise;
  }
}
