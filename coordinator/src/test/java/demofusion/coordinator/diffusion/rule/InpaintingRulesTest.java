package demofusion.coordinator.diffusion.rule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import demofusion.coordinator.diffusion.MaskedPictures;
import demofusion.coordinator.diffusion.RenderPlan;
import demofusion.coordinator.diffusion.Renders;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.api.request.RenderSpec;
import demofusion.protocol.api.request.SourcePicture;
import demofusion.protocol.api.request.condition.InpaintArea;
import demofusion.protocol.api.request.method.MethodSettings;
import demofusion.protocol.api.request.method.RenderMethod;
import demofusion.protocol.api.request.method.WindowSettings;
import demofusion.protocol.latent.PixelExtent;
import demofusion.protocol.latent.Tensor;
import demofusion.protocol.model.ModelGeometry;
import demofusion.protocol.model.ModelInputs;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is refused where a part of a picture is drawn anew, with one sentence each. */
class InpaintingRulesTest {
  private static final PixelExtent SIZE = new PixelExtent(200, 136);
  private static final ModelGeometry NINE =
      new ModelGeometry(8, 4, 8, new ModelInputs(2, 12, true, true));

  @Test
  void drawsAtThePicturesOwnSize() {
    RenderPlan silent = Renders.plan(masked(1).size(null).build(), Renders.SMALL);
    RenderPlan said = Renders.plan(masked(1).size(SIZE).build(), Renders.SMALL);

    assertThat(silent.size()).isEqualTo(SIZE);
    assertThat(said.size()).isEqualTo(SIZE);
    assertThat(silent.resolved().size()).isEqualTo(SIZE);
    refuses(
        masked(1).size(new PixelExtent(400, 272)),
        "size 400x272 is not the picture's: inpainting draws at the picture's own size: --size"
            + " 200x136");
    refuses(masked(1).size(new PixelExtent(104, 64)), "size 104x64 is not the picture's");
  }

  @Test
  void tellsTheSizeOfTheResult_whereOnlyAPartIsComputed() {
    RenderPlan plan = Renders.plan(inArea(InpaintArea.MASKED, 8).build(), Renders.SMALL);

    assertThat(plan.size()).isEqualTo(new PixelExtent(64, 64));
    assertThat(plan.pictureSize()).isEqualTo(SIZE);
    assertThat(plan.resolved().size()).isEqualTo(SIZE);
    assertThat(plan.phases()).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource({"1, 0", "0.6, 2", "0.5, 2", "0.25, 3"})
  void beginsPhaseOneByTheStrength(double strength, int first) {
    RenderPlan plan = Renders.plan(masked(strength).build(), Renders.SMALL);

    assertThat(plan.firstStep(plan.phases().get(0))).isEqualTo(first);
    assertThat(plan.timesteps(plan.phases().get(0))).isEqualTo(4 - first);
    assertThat(plan.firstStep(plan.phases().get(1))).isZero();
  }

  @Test
  void refusesAStrengthThatLeavesNoStep() {
    refuses(
        masked(0.2), "strength 0.2 of 4 steps leaves none to draw in; it must be at least 0.25");
  }

  @Test
  void refusesWhatCannotBeBesideAMask() {
    refuses(
        masked(1).source(new SourcePicture(Tensor.zeros(3, 43, 64), 1)),
        "an image to start from cannot be combined with a mask");
    refuses(masked(1).method(RenderMethod.FAST), "method fast cannot be combined with a mask");
    refuses(masked(1).method(RenderMethod.SR), "method sr cannot be combined with a mask");
    refuses(masked(1).referenceOddities(true), "compat reference cannot be combined with a mask");
  }

  @Test
  void refusesPaddingOfNothing() {
    refuses(inArea(InpaintArea.PICTURE, 32), "padding 32 is around a mask that alone is computed");
  }

  @Test
  void aModelOfNineChannelsDrawsPartsAlone() {
    RenderSpec plain = Renders.spec().size(200, 136).build();
    MethodSettings exchange = MethodSettings.NONE.withWindows(new WindowSettings(null, null, true));

    assertThat(Renders.plan(masked(1).build(), NINE).masked()).isNotNull();
    assertThatThrownBy(() -> Renders.plan(plain, NINE))
        .hasMessageStartingWith("this model draws parts of pictures (its UNet has 9 channels)")
        .hasMessageEndingWith("--mask");
    assertThatThrownBy(() -> Renders.plan(masked(1).methodSettings(exchange).build(), NINE))
        .hasMessageStartingWith("window interaction with a model of nine channels");
  }

  private static RenderSpec.Builder masked(double strength) {
    return Renders.spec().size(200, 136).build().toBuilder()
        .conditions(
            MaskedPictures.conditions(MaskedPictures.rectangle(SIZE, 20, 24, 16, 16, strength)));
  }

  private static RenderSpec.Builder inArea(InpaintArea area, int padding) {
    return Renders.spec().build().toBuilder()
        .size(null)
        .conditions(
            MaskedPictures.conditions(
                MaskedPictures.inpainting(
                    SIZE, MaskedPictures.mask(SIZE, 90, 60, 16, 16), 1, null, area, padding)));
  }

  private static void refuses(RenderSpec.Builder spec, String words) {
    assertThatThrownBy(() -> Renders.plan(spec.build(), Renders.SMALL))
        .isInstanceOf(DemofusionException.class)
        .hasMessageStartingWith(words)
        .message()
        .hasLineCount(1);
  }
}
