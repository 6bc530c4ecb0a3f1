package demofusion.coordinator.diffusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import demofusion.coordinator.diffusion.condition.Conditions;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.api.request.RenderSpec;
import demofusion.protocol.api.request.condition.AdapterBlocks;
import demofusion.protocol.api.request.condition.AdapterFacts;
import demofusion.protocol.api.request.condition.AdapterUse;
import demofusion.protocol.api.request.condition.ConditionSettings;
import demofusion.protocol.api.request.condition.ControlFacts;
import demofusion.protocol.api.request.condition.ControlFit;
import demofusion.protocol.api.request.condition.ControlResize;
import demofusion.protocol.api.request.condition.ControlUse;
import demofusion.protocol.latent.PixelExtent;
import demofusion.protocol.model.ModelGeometry;
import demofusion.protocol.model.ModelInputs;
import demofusion.protocol.model.UnetShape;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is refused of ControlNets and IP-Adapters where a request meets its model. */
class ConditionRulesTest {
  private static ControlUse control(
      int width, int height, @Nullable ControlResize resize, @Nullable ControlFit fit) {
    ControlUse use = Steering.on(Steering.picture(2, 2).with(new PixelExtent(width, height)));
    return new ControlUse(
        use.network(),
        use.facts(),
        null,
        use.picture(),
        use.weights(),
        use.span(),
        use.mode(),
        resize,
        fit,
        null);
  }

  private static RenderPlan plan(PixelExtent size, ModelGeometry model, ControlUse... controls) {
    return plan(size, model, new ConditionSettings(List.of(controls), List.of(), null));
  }

  private static RenderPlan plan(
      PixelExtent size, ModelGeometry model, ConditionSettings conditions) {
    RenderSpec spec = Renders.spec().build().toBuilder().size(size).conditions(conditions).build();
    return Renders.plan(spec, model);
  }

  @ParameterizedTest
  @CsvSource({"1024, 1010", "1010, 1024", "513, 512"})
  void takesAnAspectThatIsNear(int width, int height) {
    PixelExtent size = new PixelExtent(2048, 2048);

    assertThat(plan(size, Renders.SDXL, control(width, height, null, null)).phases()).hasSize(2);
  }

  @ParameterizedTest
  @CsvSource({"1024, 1000", "1000, 1024"})
  void refusesAnAspectMoreThanTwoPercentOff(int width, int height) {
    PixelExtent size = new PixelExtent(2048, 2048);

    assertThatThrownBy(() -> plan(size, Renders.SDXL, control(width, height, null, null)))
        .isInstanceOf(DemofusionException.class)
        .hasMessageContaining(width + "x" + height);
  }

  @Test
  void refusesAnotherAspect_unlessItIsSaidWhatIsToBeDone() {
    PixelExtent size = new PixelExtent(2048, 1024);

    assertThatThrownBy(() -> plan(size, Renders.SDXL, control(1024, 1024, null, null)))
        .isInstanceOf(DemofusionException.class)
        .hasMessageContainingAll("edges", "1024x1024", "2048x1024", "stretch", "crop");
    for (ControlFit fit : ControlFit.values()) {
      assertThat(plan(size, Renders.SDXL, control(1024, 1024, null, fit)).phases()).hasSize(2);
    }
  }

  @Test
  void refusesAPictureWithALongSide() {
    assertThatThrownBy(
            () ->
                plan(new PixelExtent(2048, 2048), Renders.SDXL, control(16385, 16384, null, null)))
        .hasMessageContainingAll("16385x16384", "16384");
  }

  @Test
  void refusesAPictureOfTooManyPixels() {
    PixelExtent size = new PixelExtent(2048, 2048);

    assertThatThrownBy(() -> plan(size, Renders.SDXL, control(10_001, 10_000, null, null)))
        .hasMessageContainingAll("10001x10000 pixels", "at most 100000000", "make it smaller");
    assertThat(plan(size, Renders.SDXL, control(10_000, 10_000, null, null))).isNotNull();
  }

  @Test
  void refusesAChainOver8192() {
    ControlUse use = control(1024, 1024, ControlResize.CHAIN, ControlFit.STRETCH);

    assertThat(plan(new PixelExtent(8192, 8192), Renders.SDXL, use).phases()).hasSize(8);
    assertThatThrownBy(() -> plan(new PixelExtent(8200, 8192), Renders.SDXL, use))
        .hasMessageContainingAll("chain", "8200x8192", "fresh");
  }

  @Test
  void refusesThePhaseBeforeWhereThereIsNone() {
    assertThatThrownBy(() -> plan(new PixelExtent(1024, 1024), Renders.SDXL, Steering.onPhase()))
        .hasMessageContainingAll("edges", "phase before", "1024x1024", "one phase");
  }

  @ParameterizedTest
  @CsvSource({"STYLE", "LAYOUT", "STYLE_AND_LAYOUT"})
  void refusesSdxlsBlocksForOthers(AdapterBlocks blocks) {
    AdapterUse plain = Steering.adapter(1, null);
    AdapterUse use =
        new AdapterUse(
            plain.network(),
            plain.encoder(),
            plain.facts(),
            plain.pictures(),
            1,
            null,
            plain.span(),
            blocks,
            plain.fit());
    ConditionSettings settings = new ConditionSettings(List.of(), List.of(use), null);
    ModelGeometry sd = new ModelGeometry(64, 4, 8, new ModelInputs(1, 12, false));

    assertThatThrownBy(() -> plan(new PixelExtent(1024, 1024), sd, settings))
        .hasMessageContainingAll(blocks.toString(), "SDXL");
    assertThat(plan(new PixelExtent(1024, 1024), Renders.SDXL, settings).phases()).hasSize(1);
  }

  @Test
  void refusesNetworksOfOtherModels() {
    UnetShape sdxl = new UnetShape(2048, List.of(320, 1280));
    ModelGeometry model = new ModelGeometry(128, 4, 8, ModelInputs.SDXL.with(sdxl));
    PixelExtent size = new PixelExtent(1024, 1024);
    AdapterUse plain = Steering.adapter(1, null);
    AdapterFacts facts = new AdapterFacts(768, 16, 224, false, 1e-5);
    AdapterUse adapter = plain.with(plain.network(), plain.network(), facts);

    assertThatThrownBy(() -> plan(size, model, madeFor(new UnetShape(768, List.of(320, 1280)))))
        .hasMessage("ControlNet edges is made for SD 1.5: context width 768, this model has 2048");
    assertThat(plan(size, model, madeFor(sdxl)).phases()).hasSize(1);
    assertThatThrownBy(
            () -> plan(size, model, new ConditionSettings(List.of(), List.of(adapter), null)))
        .hasMessageContaining("is made for SD 1.5: context width 768, this model has 2048");
  }

  private static ControlUse madeFor(UnetShape unet) {
    ControlUse use = control(1024, 1024, null, null);
    return use.with(use.network(), new ControlFacts(false, null, 0.45, unet, null));
  }

  @Test
  void saysWhereAMapIsSmallerThanTheImage_andWhereNothingCounts() {
    RenderPlan small =
        plan(new PixelExtent(2048, 2048), Renders.SDXL, control(1024, 1024, null, null));
    RenderPlan large =
        plan(new PixelExtent(2048, 2048), Renders.SDXL, control(4096, 4096, null, null));
    RenderPlan never =
        plan(
            new PixelExtent(2048, 2048),
            Renders.SDXL,
            Steering.during(control(4096, 4096, null, null), 0.3, 0.4));

    assertThat(small.conditions().words())
        .singleElement()
        .asString()
        .contains("1024x1024", "2048x2048");
    assertThat(large.conditions().words()).isEmpty();
    Conditions fast =
        new Conditions(
            new ConditionSettings(
                List.of(Steering.during(control(4096, 4096, null, null), 0, 0.8)), List.of(), null),
            new Conditions.Frame(
                large.place(), List.of(large.size(), large.size()), 8, 10, 0.45, null, true));
    assertThat(fast.words())
        .singleElement()
        .asString()
        .contains("counts in phase 1 only", "after its end 0.8");
    assertThat(never.conditions().words())
        .singleElement()
        .asString()
        .contains("none of the 4 steps");
  }
}
