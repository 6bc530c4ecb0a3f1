package demofusion.coordinator.diffusion;

import static org.assertj.core.api.Assertions.assertThat;

import demofusion.coordinator.diffusion.view.ViewBatch;
import demofusion.protocol.api.request.RenderSpec;
import demofusion.protocol.api.request.ViewBatchSize;
import demofusion.protocol.api.request.method.DemoFusionParts;
import demofusion.protocol.api.request.method.DetailSettings;
import demofusion.protocol.api.request.method.MethodSettings;
import demofusion.protocol.api.request.method.RenderMethod;
import demofusion.protocol.api.request.region.Region;
import demofusion.protocol.api.request.region.RegionRectangle;
import demofusion.protocol.api.request.region.RegionSettings;
import demofusion.protocol.model.SchedulerKind;
import demofusion.protocol.work.AssetId;
import demofusion.protocol.work.Work;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What of a timestep is known before the one before it is whole ({@link Render#ahead}). */
class NextTimestepTest {
  private static final int FACTOR = Renders.SMALL.vaeScaleFactor();

  private static RenderSpec.Builder detail() {
    return Renders.spec().size(400, 328).steps(10).method(RenderMethod.DETAIL).build().toBuilder();
  }

  private static RenderSpec with(DetailSettings settings) {
    return detail().methodSettings(MethodSettings.NONE.withDetail(settings)).build();
  }

  static Stream<RenderSpec> goAhead() {
    return Stream.of(
        detail().build(),
        detail().unit(ViewBatchSize.ofViews(3)).build(),
        detail().unit(ViewBatchSize.half()).build(),
        detail().ablations(new DemoFusionParts(true, true, true, true, false)).build(),
        detail().scheduler(SchedulerKind.DDIM).build(),
        with(new DetailSettings(0.3, true, true)),
        with(new DetailSettings(1.0, true, true)),
        with(new DetailSettings(null, true, false)));
  }

  @ParameterizedTest
  @MethodSource("goAhead")
  void isWhatTheNextTimestepHas_toTheLastBit(RenderSpec spec) {
    Walk walk = new Walk(spec);
    Render render = walk.render();

    assertThat(walk.found).isPositive();
    float[] walked = walk.results.get(walk.results.size() - 1).latent().samples();
    List<PhaseResult> alone =
        Render.begin(Renders.plan(spec, Renders.SMALL))
            .run(Renders::toyPrediction, new ToyPictures(FACTOR));
    assertThat(render.isDone()).isTrue();
    assertThat(walked).isEqualTo(alone.get(alone.size() - 1).latent().samples());
  }

  static Stream<RenderSpec> waits() {
    RegionSettings region =
        new RegionSettings(
            List.of(
                new Region(RegionRectangle.parse("0,0,0.4,0.6"), null, "a house", null, 2.0, 8.0)),
            0.1);
    return Stream.of(
        detail().scheduler(SchedulerKind.UNIPC).build(),
        detail().scheduler(SchedulerKind.parse("edm-euler")).build(),
        detail().scheduler(SchedulerKind.parse("heun")).build(),
        detail().scheduler(SchedulerKind.parse("euler-ancestral")).build(),
        detail().regions(region).build(),
        detail().method(RenderMethod.DEMOFUSION).build(),
        detail().method(RenderMethod.MULTIDIFFUSION).build());
  }

  @ParameterizedTest
  @MethodSource("waits")
  void isNothing_whereATimestepDependsOnMoreThanItsRows(RenderSpec spec) {
    Walk walk = new Walk(spec);

    assertThat(walk.render().isDone()).isTrue();
    assertThat(walk.found).isZero();
  }

  @Test
  void isMore_theMoreRowsOfTilesAreThere() {
    Walk walk = new Walk(detail().build());
    walk.render();

    assertThat(walk.foundAt.values().stream().distinct().count()).isGreaterThan(1);
    assertThat(List.copyOf(walk.foundAt.values())).isSorted();
  }

  /** Goes through a whole picture and looks ahead after every answer. */
  private static final class Walk {
    final List<PhaseResult> results = new ArrayList<>();

    /**
     * View batches that were ready, by the number that were summed; of the last timestep but one.
     */
    final Map<Integer, Integer> foundAt = new LinkedHashMap<>();

    int found;
    private final RenderSpec spec;

    Walk(RenderSpec spec) {
      this.spec = spec;
    }

    Render render() {
      Render render = Render.begin(Renders.plan(spec, Renders.SMALL));
      Map<ViewBatch, Work.PredictNoise> before = new LinkedHashMap<>();
      while (!render.isDone()) {
        begin(render);
        Timestep timestep = render.openTimestep();
        requireSame(before, timestep);
        before.clear();
        Map<Integer, Integer> counts = new LinkedHashMap<>();
        for (ViewBatch batch : timestep.batches()) {
          timestep.accept(batch.index(), Renders.toyPrediction(timestep, batch));
          Optional<Timestep.Ahead> ahead = render.ahead(timestep);
          if (ahead.isPresent() && !timestep.isComplete()) {
            Timestep next = ahead.get().timestep();
            ahead.get().batches().forEach(one -> before.putIfAbsent(one, work(next, one)));
            counts.put(timestep.summed(), ahead.get().batches().size());
            found += ahead.get().batches().size();
          }
        }
        if (!counts.isEmpty()) {
          foundAt.clear();
          foundAt.putAll(counts);
        }
        render.closeTimestep(timestep).ifPresent(results::add);
      }
      return render;
    }

    private void begin(Render render) {
      ToyPictures pictures = new ToyPictures(FACTOR);
      if (render.awaitsPicture()) {
        PhaseResult last = results.get(results.size() - 1);
        render.show(pictures.picture(last.phase(), last.latent()));
      }
      ReferenceEncoding encoding = render.encoding().orElse(null);
      if (encoding != null) {
        for (int window = 0; window < encoding.count(); window++) {
          encoding.accept(window, pictures.encode(encoding.work(window)));
        }
        render.beginPhase();
      }
    }

    private static Work.PredictNoise work(Timestep timestep, ViewBatch batch) {
      return timestep.work(batch, prompt -> new AssetId("text-" + prompt));
    }

    private static void requireSame(Map<ViewBatch, Work.PredictNoise> before, Timestep opened) {
      before.forEach(
          (batch, work) -> {
            assertThat(opened.batches().get(batch.index())).isEqualTo(batch);
            Work.PredictNoise now = work(opened, batch);
            assertThat(work.tiles().values()).isEqualTo(now.tiles().values());
            assertThat(work.timestep()).isEqualTo(now.timestep());
            assertThat(work.microConditioning()).isEqualTo(now.microConditioning());
            assertThat(work.conditioning()).isEqualTo(now.conditioning());
            assertThat(work.guidance()).isEqualTo(now.guidance());
            assertThat(work.half()).isEqualTo(now.half());
          });
    }
  }
}
