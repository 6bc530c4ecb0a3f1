package demofusion.coordinator.diffusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import demofusion.coordinator.diffusion.storage.HeapStorage;
import demofusion.coordinator.diffusion.storage.Samples;
import demofusion.coordinator.diffusion.view.ViewBatch;
import demofusion.protocol.api.request.RenderSpec;
import demofusion.protocol.api.request.SourcePicture;
import demofusion.protocol.api.request.ViewBatchSize;
import demofusion.protocol.api.request.method.FastSettings;
import demofusion.protocol.api.request.method.GuidanceSplit;
import demofusion.protocol.api.request.method.Inversion;
import demofusion.protocol.api.request.method.MethodSettings;
import demofusion.protocol.api.request.method.PhaseScales;
import demofusion.protocol.api.request.method.PhaseStrengths;
import demofusion.protocol.api.request.method.RegionNoise;
import demofusion.protocol.api.request.method.RenderMethod;
import demofusion.protocol.api.request.method.SplitSettings;
import demofusion.protocol.api.request.method.WindowSettings;
import demofusion.protocol.api.request.method.WindowSpacing;
import demofusion.protocol.api.request.method.WindowWeights;
import demofusion.protocol.api.request.region.Region;
import demofusion.protocol.api.request.region.RegionRectangle;
import demofusion.protocol.api.request.region.RegionSettings;
import demofusion.protocol.latent.Guidance;
import demofusion.protocol.latent.PixelExtent;
import demofusion.protocol.latent.Tensor;
import demofusion.protocol.model.LoraUse;
import demofusion.protocol.model.SchedulerKind;
import demofusion.protocol.work.AssetId;
import demofusion.protocol.work.Work;
import demofusion.protocol.work.WorkResult;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Laws of all newer methods: the same bits in any order, from any checkpoint, after any phase. */
class RenderMethodsTest {
  private static final MethodSettings NONE = MethodSettings.NONE;
  private static final MethodSettings SEVERAL_STEPS =
      NONE.withStrengths(PhaseStrengths.parse("0.8"));
  private static final ToyPictures PICTURES = new ToyPictures(Renders.SMALL.vaeScaleFactor());

  private final HeapStorage kept = new HeapStorage();

  /** A request and what it shows. */
  record Drawn(String name, RenderSpec spec) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Drawn> methods() {
    WindowSettings feathered = new WindowSettings(WindowWeights.COSINE, WindowSpacing.EVEN, false);
    return Stream.of(
        demofusion("ladder", NONE.withPhases(PhaseScales.parse("1,2,4"))),
        demofusion("strengths", NONE.withStrengths(PhaseStrengths.parse("0.8,0.5,0.3"))),
        demofusion("windows", NONE.withWindows(feathered)),
        demofusion("interaction", NONE.withWindows(new WindowSettings(null, null, true))),
        demofusion("split", NONE.withSplit(new SplitSettings(12f, GuidanceSplit.FA))),
        demofusion("regions", NONE.withRegionNoise(new RegionNoise(0.1, 1.2))),
        ofSeveralPrompts(demofusion("prompts of regions", NONE)),
        ofSeveralPrompts(
            method("detail of regions", RenderMethod.DETAIL, SchedulerKind.DDIM, 7.5f, NONE)),
        method("detail", RenderMethod.DETAIL, SchedulerKind.DDIM, 7.5f, SEVERAL_STEPS),
        method("detail twice a step", RenderMethod.DETAIL, kind("heun"), 7.5f, SEVERAL_STEPS),
        method(
            "detail with a history", RenderMethod.DETAIL, SchedulerKind.UNIPC, 7.5f, SEVERAL_STEPS),
        method("detail with noise", RenderMethod.DETAIL, kind("dpmpp-sde"), 7.5f, SEVERAL_STEPS),
        method(
            "detail told noise levels",
            RenderMethod.DETAIL,
            SchedulerKind.parse("edm-euler"),
            7.5f,
            SEVERAL_STEPS),
        method(
            "detail told noise levels, with a history",
            RenderMethod.DETAIL,
            SchedulerKind.parse("edm-dpmpp-2m"),
            7.5f,
            SEVERAL_STEPS),
        fast("fast", "lcm", FastSettings.SILENT),
        fast("fast from noise", "lightning", fast(Inversion.NOISE, 249, 1)),
        fast("fast in two steps", "tcd", fast(Inversion.DDIM, 259, 2)),
        fast("fast with new noise", "turbo", fast(Inversion.NOISE, 249, 2)));
  }

  private static Drawn ofSeveralPrompts(Drawn drawn) {
    List<Region> regions = new ArrayList<>();
    for (String area : List.of("0,0,0.4,0.6", "0.3,0.2,1,1")) {
      regions.add(new Region(RegionRectangle.parse(area), null, "a house", null, 2.0, 8.0));
    }
    return new Drawn(
        drawn.name(), drawn.spec().toBuilder().regions(new RegionSettings(regions, 0.1)).build());
  }

  private static Drawn demofusion(String name, MethodSettings settings) {
    return method(name, RenderMethod.DEMOFUSION, SchedulerKind.EULER, 7.5f, settings);
  }

  private static Drawn fast(String name, String scheduler, FastSettings settings) {
    return method(name, RenderMethod.FAST, kind(scheduler), 1f, NONE.withFast(settings));
  }

  private static FastSettings fast(Inversion inversion, int timestep, int steps) {
    return new FastSettings(null, inversion, timestep, steps, null, null);
  }

  private static SchedulerKind kind(String name) {
    return SchedulerKind.parse(name);
  }

  private static Drawn method(
      String name,
      RenderMethod method,
      SchedulerKind kind,
      float guidance,
      MethodSettings settings) {
    return new Drawn(
        name,
        Renders.spec().size(248, 200).guidance(guidance).build().toBuilder()
            .method(method)
            .scheduler(kind)
            .unit(ViewBatchSize.ofViews(3))
            .methodSettings(settings)
            .build());
  }

  @ParameterizedTest
  @MethodSource("methods")
  void givesTheSameBits_whateverTheOrderOfAnswers(Drawn drawn) {
    float[] wanted = picture(Render.begin(plan(drawn)), false);

    assertThat(picture(Render.begin(plan(drawn)), true)).isEqualTo(wanted);
  }

  @ParameterizedTest
  @MethodSource("methods")
  void goesOnFromEveryCheckpointToTheSameBits(Drawn drawn) {
    float[] wanted = picture(Render.begin(plan(drawn)), false);

    for (RenderState state : states(Render.begin(plan(drawn)))) {
      Render resumed = RenderResumption.resume(plan(drawn), state, kept);

      assertThat(picture(resumed, false)).as("%s", state.scalars().get("step")).isEqualTo(wanted);
    }
  }

  @ParameterizedTest
  @MethodSource("methods")
  void goesOnAfterEveryPhaseToTheSameBits(Drawn drawn) {
    RenderPlan plan = plan(drawn);
    float[] wanted = picture(Render.begin(plan), false);

    for (int phases = 1; phases < plan.phases().size(); phases++) {
      Render resumed = RenderResumption.after(plan, phases, kept);

      assertThat(picture(resumed, false)).as("after phase %s", phases).isEqualTo(wanted);
    }
  }

  /** The toy model does not know how it is guided. */
  static Stream<Drawn> seenByTheToyModel() {
    return methods().filter(drawn -> !drawn.name().equals("split"));
  }

  @ParameterizedTest
  @MethodSource("seenByTheToyModel")
  void drawsAnotherPictureThanWithoutTheSwitch(Drawn drawn) {
    RenderSpec plain =
        drawn.spec().toBuilder()
            .method(RenderMethod.DEMOFUSION)
            .methodSettings(NONE)
            .regions(RegionSettings.NONE)
            .build();

    assertThat(picture(Render.begin(plan(drawn)), false))
        .isNotEqualTo(picture(Render.begin(Renders.plan(plain, Renders.SMALL)), false));
  }

  @ParameterizedTest
  @MethodSource("methods")
  void saysBeforehandWhatItWillDo(Drawn drawn) {
    RenderPlan plan = plan(drawn);
    long timesteps = 0;
    long batches = 0;
    Render render = Render.begin(plan);

    while (!render.isDone()) {
      begin(render);
      Timestep timestep = render.openTimestep();
      timesteps += timestep.isSecond() ? 0 : 1;
      batches += timestep.batches().size();
      assertThat(timestep.batches()).hasSize(plan.batches(timestep.phase()));
      answer(timestep, false);
      render.closeTimestep(timestep);
    }

    assertThat(timesteps).isEqualTo(plan.timesteps());
    assertThat(batches).isEqualTo(plan.forwards());
  }

  /** m: a window's share of the phase before, rounded half up. */
  @Test
  void splitsTheGuidanceOfLocalViewsInUpscalingPhases() {
    RenderPlan plan =
        plan(methods().filter(drawn -> drawn.name().equals("split")).findFirst().get());
    Phase second = plan.phases().get(1);

    assertThat(plan.units().guidance(plan.phases().get(0), true).split()).isNull();
    assertThat(plan.units().guidance(second, false).split()).isNull();
    assertThat(plan.units().guidance(second, true).split())
        .isEqualTo(new Guidance.Split(12, GuidanceSplit.FA, 4, 4));
    assertThat(plan.units().guidance(plan.phases().get(2), true).split())
        .isEqualTo(new Guidance.Split(12, GuidanceSplit.FA, 5, 5));
  }

  /** Fast mode's own LoRA is asked where few steps are made, and not for the inversion. */
  @Test
  void namesTheWeightsOfEachUnitOfFastMode() {
    LoraUse own = new LoraUse("own", "a".repeat(64), 1, 1);
    LoraUse fast = new LoraUse("few-steps", "b".repeat(64), 1, 1);
    FastSettings settings = new FastSettings(fast, null, 249, null, null, null);
    RenderSpec spec =
        fast("", "euler", settings).spec().toBuilder()
            .guidance(new Guidance(7.5f, 0))
            .loras(List.of(own))
            .build();
    List<String> said = new ArrayList<>();
    Render render = Render.begin(Renders.plan(spec, Renders.SMALL));

    while (!render.isDone()) {
      begin(render);
      Timestep timestep = render.openTimestep();
      Work.PredictNoise work = timestep.work(timestep.batches().get(0), prompt -> AssetId.NONE);
      said.add(work.additions().loras() + " " + work.guidance().scale());
      answer(timestep, false);
      render.closeTimestep(timestep);
    }

    String ofUpscaling = List.of(own) + " 1.0";
    assertThat(said.subList(0, 4)).containsOnly(List.of(own) + " 7.5");
    assertThat(said.subList(4, 6)).containsExactly(ofUpscaling, List.of(own, fast) + " 1.0");
  }

  @Test
  void startsFromAPicture_whichIsWhatItsFirstPhaseBeginsWith() {
    for (MethodSettings settings : List.of(NONE, NONE.withRegionNoise(new RegionNoise(0, 1)))) {
      RenderSpec spec =
          Renders.spec().size(128, 128).build().toBuilder()
              .method(settings.equals(NONE) ? RenderMethod.DETAIL : RenderMethod.DEMOFUSION)
              .methodSettings(settings)
              .source(new SourcePicture(checks(), 1))
              .build();
      RenderPlan plan = Renders.plan(spec, Renders.SMALL);
      float[] wanted = picture(fromPicture(plan), false);

      for (RenderState state : states(fromPicture(plan))) {
        assertThat(picture(RenderResumption.resume(plan, state, kept), false)).isEqualTo(wanted);
      }
    }
  }

  private Render fromPicture(RenderPlan plan) {
    WorkResult.EncodedPicture encoded =
        new WorkResult.EncodedPicture(Tensor.zeros(4, 8, 8), Tensor.zeros(4, 8, 8));
    return Render.begin(plan, encoded, kept);
  }

  /** A picture with edges. */
  private static Tensor checks() {
    Tensor pixels = Tensor.zeros(3, 64, 64);
    for (int n = 0; n < pixels.values().length; n++) {
      pixels.values()[n] = (n / 20 + n / 64 / 12) % 2 == 0 ? 0.6f : -0.4f;
    }
    return pixels;
  }

  @Test
  void waitsForAPictureOfThePhaseBefore_andForNoOther() {
    Render render = Render.begin(plan(detail()));
    while (!render.awaitsPicture()) {
      Timestep timestep = render.openTimestep();
      answer(timestep, false);
      render.closeTimestep(timestep);
    }

    assertThat(render.encoding()).isEmpty();
    assertThatThrownBy(
            () -> render.show(PhasePicture.of(new PixelExtent(8, 8), new byte[3 * 8 * 8])))
        .hasMessage("the picture of phase 1 has 8x8, not 64x48");
  }

  private static Drawn detail() {
    return methods().filter(drawn -> drawn.name().equals("detail")).findFirst().orElseThrow();
  }

  @Test
  void runsAlone_whereItHasPicturesOfItsPhases() {
    Drawn detail = detail();
    float[] wanted = picture(Render.begin(plan(detail)), false);

    List<PhaseResult> results = Render.begin(plan(detail)).run(Renders::toyPrediction, PICTURES);

    assertThat(results.get(results.size() - 1).latent().samples()).isEqualTo(wanted);
    assertThatThrownBy(() -> Render.begin(plan(detail)).run(Renders::toyPrediction))
        .hasMessage("this request needs pictures to be decoded or encoded");
  }

  /** A session computes ahead while pictures are with workers; a checkpoint does not see it. */
  @ParameterizedTest
  @MethodSource("methods")
  void comesToTheSameBits_whatIsComputedAheadOfAPhase(Drawn drawn) {
    float[] wanted = picture(Render.begin(plan(drawn)), false);
    Render ahead = Render.begin(plan(drawn));
    while (!ahead.isDone()) {
      RenderState before = copy(ahead.state());
      ahead.prepare();
      assertThat(ahead.state().scalars()).isEqualTo(before.scalars());
      advance(ahead, false);
    }

    assertThat(ahead.state().tensor("latent").toTensor().values()).isEqualTo(wanted);
  }

  private static RenderPlan plan(Drawn drawn) {
    return Renders.plan(drawn.spec(), Renders.SMALL);
  }

  private float[] picture(Render render, boolean backwards) {
    while (!render.isDone()) {
      advance(render, backwards);
    }
    return render.state().tensor("latent").toTensor().values();
  }

  /** All checkpoints that a session could write: between timesteps, and between two phases. */
  private List<RenderState> states(Render render) {
    List<RenderState> states = new ArrayList<>(List.of(copy(render.state())));
    while (!render.isDone()) {
      advance(render, false);
      states.add(copy(render.state()));
    }
    return states;
  }

  private void advance(Render render, boolean backwards) {
    begin(render);
    Timestep timestep = render.openTimestep();
    answer(timestep, backwards);
    render.closeTimestep(timestep).ifPresent(end -> kept.keep(end.phase().number(), end.latent()));
  }

  private static void answer(Timestep timestep, boolean backwards) {
    List<ViewBatch> batches = new ArrayList<>(timestep.batches());
    if (backwards) {
      Collections.reverse(batches);
    }
    for (ViewBatch batch : batches) {
      timestep.accept(batch.index(), Renders.toyPrediction(timestep, batch));
    }
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

  private static RenderState copy(RenderState state) {
    RenderState copy = new RenderState(state.tensors(), state.scalars());
    copy.tensors().replaceAll((name, samples) -> Samples.of(samples.toTensor()));
    return copy;
  }
}
