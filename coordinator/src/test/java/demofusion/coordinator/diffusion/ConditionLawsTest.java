package demofusion.coordinator.diffusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import demofusion.coordinator.diffusion.storage.HeapStorage;
import demofusion.coordinator.diffusion.view.ViewBatch;
import demofusion.protocol.api.request.RenderSpec;
import demofusion.protocol.api.request.SourcePicture;
import demofusion.protocol.api.request.ViewBatchSize;
import demofusion.protocol.api.request.condition.AdapterUse;
import demofusion.protocol.api.request.condition.ConditionSettings;
import demofusion.protocol.api.request.condition.ControlMode;
import demofusion.protocol.api.request.condition.ControlUse;
import demofusion.protocol.api.request.method.RenderMethod;
import demofusion.protocol.latent.PixelExtent;
import demofusion.protocol.latent.Tensor;
import demofusion.protocol.model.SchedulerKind;
import demofusion.protocol.work.AssetId;
import demofusion.protocol.work.ControlInput;
import demofusion.protocol.work.ExtraConditioning;
import demofusion.protocol.work.PixelCut;
import demofusion.protocol.work.WorkResult;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What forwards are told of ControlNets and IP-Adapters in whole renders (conditioning section
 * 0.5).
 */
class ConditionLawsTest {
  private static final int STEPS = 5;
  private static final ControlUse NET = Steering.on(Steering.picture(128, 128));

  /** What one unit was told. */
  private record Told(
      int phase, int step, boolean isSecond, boolean isLocal, ExtraConditioning extra) {}

  private static RenderSpec.Builder spec() {
    return Renders.spec().size(128, 128).steps(STEPS).build().toBuilder();
  }

  private static RenderSpec steered(List<ControlUse> controls, List<AdapterUse> adapters) {
    return spec().conditions(new ConditionSettings(controls, adapters, null)).build();
  }

  private static float[] draw(RenderSpec spec) {
    RenderPlan plan = Renders.plan(spec, Renders.SMALL);
    List<PhaseResult> results = Render.begin(plan).run(Renders::toyPrediction);
    return results.get(results.size() - 1).latent().samples();
  }

  private static List<Told> told(RenderSpec spec) {
    RenderPlan plan = Renders.plan(spec, Renders.SMALL);
    List<Told> told = new ArrayList<>();
    begin(plan)
        .run(
            (timestep, batch) -> {
              told.add(told(timestep, batch));
              return Renders.toyPrediction(timestep, batch);
            });
    return told;
  }

  private static Render begin(RenderPlan plan) {
    return plan.spec().source() == null
        ? Render.begin(plan)
        : Render.begin(
            plan,
            new WorkResult.EncodedPicture(Tensor.zeros(4, 8, 8), Tensor.zeros(4, 8, 8)),
            new HeapStorage());
  }

  private static Told told(Timestep timestep, ViewBatch batch) {
    ExtraConditioning extra = timestep.work(batch, prompt -> AssetId.NONE).extra();
    return new Told(
        timestep.phase().number(), timestep.step(), timestep.isSecond(), batch.isLocal(), extra);
  }

  @Test
  void aControlNetOfWeight0IsNone() {
    float[] none = draw(steered(List.of(), List.of()));

    assertThat(draw(steered(List.of(NET.withWeights(List.of(0.0))), List.of()))).isEqualTo(none);
    assertThat(draw(steered(List.of(NET), List.of()))).isNotEqualTo(none);
  }

  @Test
  void anIpAdapterOfWeight0IsNone() {
    float[] none = draw(steered(List.of(), List.of()));

    assertThat(draw(steered(List.of(), List.of(Steering.adapter(0, null))))).isEqualTo(none);
    assertThat(draw(steered(List.of(), List.of(Steering.adapter(0.1, null))))).isNotEqualTo(none);
  }

  @ParameterizedTest
  @ValueSource(strings = {"1", "3", "16", "half"})
  void unitsOfAnySizeGiveOnePicture(String unit) {
    RenderSpec spec = steered(List.of(NET), List.of(Steering.adapter(0.5, 0.2)));

    assertThat(draw(spec.toBuilder().unit(ViewBatchSize.parse(unit)).build()))
        .containsExactly(draw(spec), within(2e-5f));
  }

  @Test
  void countsInWholeStepsOfItsSpan_inEveryPhase() {
    List<Told> told = told(steered(List.of(Steering.during(NET, 0.2, 0.7)), List.of()));

    assertThat(told)
        .allSatisfy(
            unit ->
                assertThat(unit.extra().controls())
                    .as("step %s", unit.step())
                    .hasSize(unit.step() >= 1 && unit.step() <= 2 ? 1 : 0));
    assertThat(told).extracting(Told::phase).contains(1, 2);
  }

  @Test
  void hasAWeightForEachPhase_theLastForAllThatFollow() {
    RenderSpec spec =
        steered(List.of(NET.withWeights(List.of(0.8, 0.4))), List.of()).toBuilder()
            .size(new PixelExtent(192, 192))
            .build();

    assertThat(told(spec))
        .allSatisfy(
            unit ->
                assertThat(unit.extra().controls().get(0).scale())
                    .isEqualTo(unit.phase() == 1 ? 0.8 : 0.4));
  }

  @ParameterizedTest
  @EnumSource
  void isSoftAsItsModeSays(ControlMode mode) {
    ControlUse use =
        new ControlUse(
            NET.network(),
            NET.facts(),
            null,
            NET.picture(),
            NET.weights(),
            NET.span(),
            mode,
            null,
            null,
            null);

    for (Told unit : told(steered(List.of(use), List.of()))) {
      boolean isSoft =
          switch (mode) {
            case PLAIN -> false;
            case SOFT -> true;
            case SOFT_UPSCALE -> unit.phase() > 1;
          };
      assertThat(unit.extra().controls().get(0).soft()).isEqualTo(isSoft);
    }
  }

  @Test
  void tellsLocalWindowsOfLaterPhasesTheSecondScale() {
    for (Told unit : told(steered(List.of(), List.of(Steering.adapter(0.6, 0.25))))) {
      double wanted = unit.phase() > 1 && unit.isLocal() ? 0.25 : 0.6;
      assertThat(unit.extra().imagePrompts().get(0).scale()).isEqualTo(wanted);
    }
  }

  @Test
  void leavesAnAdapterOutWhereItsScaleIs0() {
    for (Told unit : told(steered(List.of(), List.of(Steering.adapter(0.6, 0.0))))) {
      boolean isLeftOut = unit.phase() > 1 && unit.isLocal();
      assertThat(unit.extra().imagePrompts()).hasSize(isLeftOut ? 0 : 1);
    }
  }

  @Test
  void followsThePhaseBeforeFromPhase2On() {
    RenderSpec spec = steered(List.of(Steering.onPhase()), List.of());
    RenderPlan plan = Renders.plan(spec, Renders.SMALL);

    assertThat(plan.needsPicture(plan.phases().get(0))).isFalse();
    assertThat(plan.needsPicture(plan.phases().get(1))).isTrue();
    assertThat(plan.conditions().at(1, 0).effort()).isEqualTo(1);
    assertThat(plan.conditions().at(2, 0).effort()).isEqualTo(1 + Steering.COST);
  }

  @Test
  void needsNoPictureOfAPhaseInWhichItsWeightIs0() {
    RenderSpec spec =
        steered(List.of(Steering.onPhase().withWeights(List.of(1.0, 0.0))), List.of());
    RenderPlan plan = Renders.plan(spec, Renders.SMALL);

    assertThat(plan.needsPicture(plan.phases().get(1))).isFalse();
  }

  @Test
  void tellsTheSecondEvaluationOfAStepTheSame() {
    List<Told> told =
        told(
            steered(List.of(Steering.during(NET, 0.2, 1)), List.of(Steering.adapter(0.5, null)))
                .toBuilder()
                .scheduler(SchedulerKind.parse("heun"))
                .build());

    assertThat(told).anyMatch(Told::isSecond);
    for (Told unit : told) {
      assertThat(unit.extra().controls()).hasSize(unit.step() == 0 ? 0 : 1);
      assertThat(unit.extra().imagePrompts()).hasSize(1);
    }
  }

  @Test
  void keepsTheStepsNumberWhereAPhaseMakesAShareOfThem() {
    List<Told> told =
        told(
            steered(List.of(Steering.during(NET, 0, 0.6)), List.of()).toBuilder()
                .source(new SourcePicture(Tensor.zeros(3, 64, 64), 0.6))
                .build());

    assertThat(told).extracting(Told::step).containsOnly(2, 3, 4);
    for (Told unit : told) {
      assertThat(unit.extra().controls()).hasSize(unit.step() == 2 ? 1 : 0);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"DEMOFUSION", "MULTIDIFFUSION", "DIRECT"})
  void cutsEachViewOfEveryMethod(RenderMethod method) {
    RenderSpec spec = steered(List.of(NET), List.of()).toBuilder().method(method).build();

    for (Told unit : told(spec)) {
      ControlInput control = unit.extra().controls().get(0);
      assertThat(control.picture().extent().width()).isGreaterThanOrEqualTo(64);
      for (PixelCut cut : control.cuts()) {
        assertThat(cut.step()).isEqualTo(unit.isLocal() ? 1 : 2);
        assertThat(cut.height()).isEqualTo(method == RenderMethod.DIRECT ? 128 : 64);
      }
    }
  }

  /** Types of one union are evaluated together; a type that comes twice is not. */
  @Test
  void costsOnePassForTheTypesOfAUnion() {
    ControlUse depth = Steering.union("depth", Steering.picture(128, 128));
    ControlUse canny = Steering.union("canny", Steering.picture(128, 128));
    RenderPlan two = Renders.plan(steered(List.of(depth, canny), List.of()), Renders.SMALL);
    RenderPlan twice = Renders.plan(steered(List.of(depth, depth), List.of()), Renders.SMALL);

    assertThat(two.conditions().effort(1, 0)).isEqualTo(1 + Steering.COST);
    assertThat(twice.conditions().effort(1, 0)).isEqualTo(1 + 2 * Steering.COST);
    assertThat(told(two.spec()).get(0).extra().controls())
        .extracting(ControlInput::unionType)
        .containsExactly(1, 3);
  }

  @Test
  void costsOneMoreShareOfAViewInEveryStepInWhichItCounts() {
    RenderSpec spec = steered(List.of(Steering.during(NET, 0, 0.6), NET), List.of());
    RenderPlan plan = Renders.plan(spec, Renders.SMALL);
    double plain = Renders.plan(spec().build(), Renders.SMALL).guidedTiles();

    assertThat(plan.guidedTiles())
        .isCloseTo(plain * (1 + Steering.COST + 0.6 * Steering.COST), within(1e-9));
    assertThat(plan.guidedViews()).isEqualTo((long) plain);
  }
}
