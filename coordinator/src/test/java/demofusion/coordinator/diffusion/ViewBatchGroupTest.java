package demofusion.coordinator.diffusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import demofusion.coordinator.diffusion.view.ViewBatch;
import demofusion.protocol.api.request.RenderSpec;
import demofusion.protocol.api.request.ViewBatchSize;
import demofusion.protocol.api.request.method.RenderMethod;
import demofusion.protocol.api.request.region.Region;
import demofusion.protocol.api.request.region.RegionRectangle;
import demofusion.protocol.api.request.region.RegionSettings;
import demofusion.protocol.latent.LatentExtent;
import demofusion.protocol.latent.Tensor;
import demofusion.protocol.work.AssetId;
import demofusion.protocol.work.GuidanceHalf;
import demofusion.protocol.work.Work;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The groups against what a render really hands to the model, forward by forward. */
class ViewBatchGroupTest {
  /** One forward as a worker sees it. */
  private record Forward(LatentExtent view, int views, boolean half, int samples) {}

  static Stream<RenderSpec> requests() {
    return Stream.of(
        Renders.spec().size(128, 128).steps(2).build(),
        Renders.spec().size(168, 136).steps(2).build(),
        Renders.spec().size(64, 64).steps(3).build(),
        Renders.spec().size(200, 72).steps(2).unit(ViewBatchSize.ofViews(3)).build(),
        Renders.spec().size(200, 72).steps(2).unit(ViewBatchSize.half()).build(),
        Renders.spec().size(136, 136).steps(2).guidance(1).unit(ViewBatchSize.half()).build(),
        Renders.spec().size(136, 136).steps(2).method(RenderMethod.MULTIDIFFUSION).build(),
        Renders.spec().size(136, 136).steps(2).method(RenderMethod.DIRECT).build());
  }

  @ParameterizedTest
  @MethodSource("requests")
  void areTheForwardsOfTheRealRender(RenderSpec spec) {
    RenderPlan plan = Renders.plan(spec, Renders.SMALL);

    List<Forward> done = new ArrayList<>();
    Render.begin(plan).run((timestep, batch) -> record(timestep, batch, done));

    assertThat(planned(plan)).containsExactlyElementsOf(done).hasSize((int) plan.forwards());
  }

  @Test
  void haveBothHalvesOfGuidanceInOneBatch_whereTheyAreNotUnits() {
    RenderPlan plan = Renders.plan(Renders.spec().size(2048, 2048).build(), Renders.SDXL);

    assertThat(ViewBatchGroup.of(plan, plan.phases().get(1)))
        .containsExactly(
            new ViewBatchGroup(new LatentExtent(128, 128), 1, false, 2, 9),
            new ViewBatchGroup(new LatentExtent(128, 128), 1, false, 2, 4));
  }

  /** What conditioning section 3.2 reckons of 4096 by 4096 pixels, 5,650 guided views without. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "0,0,0.5,1 | 7070",
        "0,0,0.333333,1;0.333333,0,0.666667,1;0.666667,0,1,1 | 8520",
        "0.375,0.375,0.625,0.625 | 7250"
      })
  void costMoreWhereRegionsMeet(String areas, double wanted) {
    List<Region> regions = new ArrayList<>();
    for (String area : areas.split(";", -1)) {
      regions.add(new Region(RegionRectangle.parse(area), null, "a house", null, null, 0.0));
    }
    RenderSpec spec =
        Renders.spec().size(4096, 4096).steps(50).build().toBuilder()
            .regions(new RegionSettings(regions, 0))
            .build();

    RenderPlan plan = Renders.plan(spec, Renders.SDXL);

    assertThat(plan.guidedTiles()).isCloseTo(wanted, withinPercentage(2));
  }

  private static Tensor record(Timestep timestep, ViewBatch batch, List<Forward> done) {
    Work.PredictNoise work = timestep.work(batch, prompt -> AssetId.NONE);
    int[] shape = work.tiles().shape();
    boolean half = work.half() != GuidanceHalf.BOTH;
    boolean doubled = !half && work.guidance().isActive();
    done.add(
        new Forward(
            new LatentExtent(shape[2], shape[3]),
            shape[0],
            half,
            doubled ? 2 * shape[0] : shape[0]));
    return work.tiles();
  }

  private static List<Forward> planned(RenderPlan plan) {
    List<Forward> forwards = new ArrayList<>();
    for (Phase phase : plan.phases()) {
      for (int step = 0; step < plan.timesteps(phase); step++) {
        for (ViewBatchGroup group : ViewBatchGroup.of(plan, phase)) {
          for (int n = 0; n < group.count(); n++) {
            forwards.add(new Forward(group.view(), group.views(), group.half(), group.samples()));
          }
        }
      }
    }
    return forwards;
  }
}
