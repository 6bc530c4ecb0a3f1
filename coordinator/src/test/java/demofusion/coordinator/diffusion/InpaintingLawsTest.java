package demofusion.coordinator.diffusion;

import static org.assertj.core.api.Assertions.assertThat;

import demofusion.coordinator.diffusion.storage.HeapStorage;
import demofusion.coordinator.diffusion.storage.Samples;
import demofusion.coordinator.diffusion.view.ViewBatch;
import demofusion.protocol.api.request.RenderSpec;
import demofusion.protocol.api.request.ViewBatchSize;
import demofusion.protocol.api.request.condition.ConditionSettings;
import demofusion.protocol.api.request.method.RenderMethod;
import demofusion.protocol.api.request.region.Region;
import demofusion.protocol.api.request.region.RegionRectangle;
import demofusion.protocol.api.request.region.RegionSettings;
import demofusion.protocol.latent.PixelExtent;
import demofusion.protocol.latent.Tensor;
import demofusion.protocol.model.ModelGeometry;
import demofusion.protocol.model.ModelInputs;
import demofusion.protocol.model.SchedulerKind;
import demofusion.protocol.work.AssetId;
import demofusion.protocol.work.Work;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What must hold to the bit of pictures of which a part is drawn anew (conditioning 0.5, 5). */
class InpaintingLawsTest {
  private static final PixelExtent SIZE = new PixelExtent(200, 136);
  private static final ModelGeometry NINE =
      new ModelGeometry(8, 4, 8, new ModelInputs(2, 12, true, true));
  private static final ToyPictures PICTURES = new ToyPictures(8);

  private final HeapStorage kept = new HeapStorage();
  private long predicted; // views

  @ParameterizedTest
  @CsvSource({
    "demofusion, euler",
    "demofusion, dpmpp-2m",
    "demofusion, heun",
    "multidiffusion, ddim",
    "direct, ddim",
    "detail, euler",
    "detail, heun"
  })
  void everythingMaskedIsNoInpainting(String method, String solver) {
    RenderPlan all = plan(spec(method, solver).conditions(masked(0, 0, 200, 136, 1)));
    RenderPlan none = plan(spec(method, solver));

    assertThat(draw(Render.begin(all), false)).isEqualTo(draw(Render.begin(none), false));
    assertThat(all.guidedViews()).isEqualTo(none.guidedViews());
  }

  /** Predictions that are thrown away need not be made, whatever is computed of the others. */
  @ParameterizedTest
  @CsvSource({
    "demofusion, euler",
    "demofusion, ddim",
    "demofusion, dpmpp-2m",
    "demofusion, dpmpp-sde",
    "demofusion, heun",
    "multidiffusion, ddim",
    "detail, euler",
    "detail, heun"
  })
  void leavingOutViewsThatDrawNothingChangesNothing(String method, String solver) {
    RenderPlan plan = plan(spec(method, solver).conditions(masked(20, 24, 16, 16, 1)));

    float[] some = draw(Render.begin(plan), false);
    long views = predicted;
    float[] all = draw(Render.begin(plan), true);

    assertThat(some).isEqualTo(all);
    assertThat(views).isEqualTo(plan.guidedViews()).isLessThan(predicted);
  }

  /** As many as conditioned.py leaves out of the same picture (its laws). */
  @Test
  void leavesOut44Of84Views() {
    PixelExtent size = new PixelExtent(256, 256);
    RenderSpec spec =
        Renders.spec()
            .size(256, 256)
            .steps(6)
            .seed(130)
            .stride(8)
            .scheduler(SchedulerKind.DDIM)
            .build()
            .toBuilder()
            .conditions(
                MaskedPictures.conditions(MaskedPictures.rectangle(size, 30, 20, 40, 40, 1)))
            .build();

    RenderPlan plan = Renders.plan(spec, new ModelGeometry(16, 4, 8));

    assertThat(plan.guidedViews()).isEqualTo(84 - 44);
  }

  @ParameterizedTest
  @ValueSource(strings = {"demofusion", "multidiffusion", "detail"})
  void whatIsKeptEndsAsTheEncodedOriginal(String method) {
    RenderPlan plan = plan(spec(method, "euler").conditions(masked(20, 24, 16, 16, 1)));
    Render render = Render.begin(plan);
    float[] original = {};
    while (!render.isDone()) {
      begin(render);
      original = render.state().tensor("original").toTensor().values().clone();
      advance(render, false);
    }

    float[] samples = render.state().tensor("latent").toTensor().values();
    boolean[] drawn = Objects.requireNonNull(plan.masked()).drawn(plan.lastPhase().extent());
    int changed = 0;
    for (int n = 0; n < samples.length; n++) {
      if (drawn[n % drawn.length]) {
        changed += samples[n] == original[n] ? 0 : 1;
      } else {
        assertThat(samples[n]).isEqualTo(original[n]);
      }
    }
    assertThat(changed).isGreaterThan(4);
  }

  @ParameterizedTest
  @ValueSource(strings = {"7", "half"})
  void unitsOfAnySizeGiveTheSameBits_withRegionsToo(String unit) {
    RenderPlan ones = plan(ofRegions("1"));
    RenderPlan others = plan(ofRegions(unit));

    assertThat(draw(Render.begin(others), false)).isEqualTo(draw(Render.begin(ones), false));
  }

  private static RenderSpec.Builder ofRegions(String unit) {
    Region left = new Region(RegionRectangle.parse("0,0,0.2,1"), null, "x", null, null, null);
    return spec("demofusion", "euler")
        .unit(ViewBatchSize.parse(unit))
        .regions(new RegionSettings(List.of(left), 0))
        .conditions(masked(20, 24, 40, 30, 1));
  }

  @ParameterizedTest
  @CsvSource({
    "demofusion, dpmpp-2m, 1, false",
    "demofusion, dpmpp-2m, 0.6, true",
    "demofusion, heun, 0.5, false",
    "detail, euler, 1, false",
    "multidiffusion, ddim, 0.7, true"
  })
  void goesOnFromEveryCheckpointToTheSameBits(
      String method, String solver, double strength, boolean isNine) {
    RenderSpec spec = spec(method, solver).conditions(masked(20, 24, 40, 30, strength)).build();
    RenderPlan plan = Renders.plan(spec, isNine ? NINE : Renders.SMALL);
    float[] whole = draw(Render.begin(plan), false);
    List<RenderState> states = new ArrayList<>();
    Render render = Render.begin(plan);
    while (!render.isDone()) {
      states.add(copy(render.state()));
      begin(render);
      states.add(copy(render.state()));
      advance(render, false);
    }

    for (RenderState state : states) {
      Render resumed = RenderResumption.resume(plan, state, kept);

      assertThat(draw(resumed, false)).as("%s", state.scalars()).isEqualTo(whole);
    }
  }

  private static RenderState copy(RenderState state) {
    RenderState copy = new RenderState(state.tensors(), state.scalars());
    copy.tensors().replaceAll((name, samples) -> Samples.of(samples.toTensor()));
    return copy;
  }

  /** Nine channels: the latent as ever, and behind it m and μ of the same place. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void tilesOfNineChannelsHaveTheMaskBehindTheLatent(int phases) {
    RenderSpec spec = spec("demofusion", "euler").conditions(masked(20, 24, 40, 30, 1)).build();
    RenderPlan plan = Renders.plan(spec, NINE);
    Render render = Render.begin(plan);
    begin(render);
    while (render.phase().number() <= phases) {
      advance(render, false);
      begin(render);
    }
    boolean[] drawn = Objects.requireNonNull(plan.masked()).drawn(render.phase().extent());
    Timestep timestep = render.openTimestep();

    int masked = 0;
    for (ViewBatch batch : timestep.batches()) {
      Tensor tiles = timestep.work(batch, prompt -> AssetId.NONE).tiles();
      int plane = tiles.shape()[2] * tiles.shape()[3];
      assertThat(tiles.shape()[1]).isEqualTo(9);
      for (int n = 0; n < tiles.values().length; n++) {
        if (n / plane % 9 == 4) {
          assertThat(tiles.values()[n]).isIn(0f, 1f);
          masked += tiles.values()[n] > 0 ? 1 : 0;
        }
      }
    }
    int samples = 0;
    for (boolean each : drawn) {
      samples += each ? 1 : 0;
    }
    assertThat(masked).isGreaterThanOrEqualTo(samples);
  }

  private static RenderSpec.Builder spec(String method, String solver) {
    return Renders.spec()
        .size(200, 136)
        .steps(3)
        .unit(ViewBatchSize.ofViews(3))
        .scheduler(SchedulerKind.parse(solver))
        .method(RenderMethod.parse(method))
        .build()
        .toBuilder();
  }

  private static ConditionSettings masked(
      int left, int top, int width, int height, double strength) {
    return MaskedPictures.conditions(
        MaskedPictures.rectangle(SIZE, left, top, width, height, strength));
  }

  private static RenderPlan plan(RenderSpec.Builder spec) {
    return Renders.plan(spec.build(), Renders.SMALL);
  }

  private float[] draw(Render render, boolean ofAllViews) {
    predicted = 0;
    while (!render.isDone()) {
      begin(render);
      advance(render, ofAllViews);
    }
    return render.state().tensor("latent").toTensor().values();
  }

  private static void begin(Render render) {
    if (render.awaitsPicture()) {
      render.show(PICTURES.picture(render.phase(), render.previous()));
    }
    ReferenceEncoding encoding = render.encoding().orElse(null);
    if (encoding != null) {
      for (int window = encoding.count() - 1; window >= 0; window--) {
        encoding.accept(window, PICTURES.encode(encoding.work(window)));
      }
      render.beginPhase();
    }
  }

  private void advance(Render render, boolean ofAllViews) {
    Timestep timestep = ofAllViews ? render.openTimestep(null) : render.openTimestep();
    for (ViewBatch batch : timestep.batches()) {
      predicted += batch.rows().size();
      timestep.accept(batch.index(), predict(timestep.work(batch, prompt -> AssetId.NONE)));
    }
    render.closeTimestep(timestep).ifPresent(end -> kept.keep(end.phase().number(), end.latent()));
  }

  /** Of nine channels the first four, moved by what the others are. */
  private static Tensor predict(Work.PredictNoise work) {
    Tensor all = Renders.toyPrediction(work);
    int[] shape = all.shape().clone();
    if (shape[1] == 4) {
      return all;
    }
    shape[1] = 4;
    int plane = shape[2] * shape[3];
    Tensor noise = Tensor.zeros(shape);
    for (int n = 0; n < noise.values().length; n++) {
      int from = n / (4 * plane) * 9 * plane + n % (4 * plane);
      noise.values()[n] = all.values()[from] + 0.1f * all.values()[from + 5 * plane];
    }
    return noise;
  }
}
