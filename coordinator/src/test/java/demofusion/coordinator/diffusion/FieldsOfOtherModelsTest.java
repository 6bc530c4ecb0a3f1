package demofusion.coordinator.diffusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.FailureCode;
import demofusion.protocol.api.request.CropCorner;
import demofusion.protocol.api.request.RenderSpec;
import demofusion.protocol.api.request.method.GuidanceSplit;
import demofusion.protocol.api.request.method.MethodSettings;
import demofusion.protocol.api.request.method.SplitSettings;
import demofusion.protocol.latent.Guidance;
import demofusion.protocol.latent.PixelExtent;
import demofusion.protocol.latent.Prompts;
import demofusion.protocol.model.ModelGeometry;
import demofusion.protocol.model.ModelInputs;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** A model that cannot be told something refuses it, and no other request. */
class FieldsOfOtherModelsTest {
  private static final ModelGeometry SD = new ModelGeometry(8, 4, 8, new ModelInputs(1, 11, false));

  private record Setting(String said, RenderSpec spec) {}

  private static RenderSpec.Builder spec() {
    return RenderSpec.of("a fox", 1).toBuilder();
  }

  static Stream<Setting> settingsOfSdxl() {
    PixelExtent size = new PixelExtent(64, 128);
    return Stream.of(
        new Setting("prompt 2", spec().prompts(new Prompts("a", "b", null, null)).build()),
        new Setting("negative prompt 2", spec().prompts(new Prompts("a", null, "", "")).build()),
        new Setting("original size 64x128", spec().originalSize(size).build()),
        new Setting("target size 64x128", spec().targetSize(size).build()),
        new Setting("crop 0,8", spec().crop(CropCorner.parse("0,8")).build()));
  }

  @ParameterizedTest
  @MethodSource("settingsOfSdxl")
  void refusesWhatOnlySdxlIsTold(Setting setting) {
    assertThatThrownBy(() -> Renders.plan(setting.spec(), SD))
        .isInstanceOfSatisfying(
            DemofusionException.class, e -> assertThat(e.code()).isEqualTo(FailureCode.BAD_REQUEST))
        .hasMessageStartingWith(setting.said() + " ")
        .hasMessageContaining("leave it out");
    assertThatCode(() -> Renders.plan(setting.spec(), Renders.SMALL)).doesNotThrowAnyException();
  }

  static Stream<Setting> settingsOfTwoHalves() {
    SplitSettings split = new SplitSettings(9f, GuidanceSplit.FA);
    return Stream.of(
        new Setting("guidance rescale 0.5", spec().guidance(new Guidance(5, 0.5f)).build()),
        new Setting(
            "guidance high 9.0",
            spec().methodSettings(MethodSettings.NONE.withSplit(split)).build()));
  }

  /** It would have nothing to do there, or would guide a guided prediction once more. */
  @ParameterizedTest
  @MethodSource("settingsOfTwoHalves")
  void refusesWhatAUnetThatIsToldTheGuidanceHasNoHalfFor(Setting setting) {
    ModelGeometry told = new ModelGeometry(8, 4, 8, ModelInputs.SDXL.withGuidance());

    assertThatThrownBy(() -> Renders.plan(setting.spec(), told))
        .isInstanceOf(DemofusionException.class)
        .hasMessage(
            setting.said()
                + " changes how two halves are guided, and this model's UNet is told the"
                + " guidance: leave it out");
    assertThatCode(() -> Renders.plan(setting.spec(), Renders.SMALL)).doesNotThrowAnyException();
    assertThatCode(() -> Renders.plan(spec().guidance(new Guidance(5, 0)).build(), told))
        .doesNotThrowAnyException();
  }

  @Test
  void takesARequestThatSetsNothingOfIt() {
    RenderSpec plain = spec().prompts(new Prompts("a", null, "b", null)).build();

    assertThat(Renders.plan(plain, SD).resolved().originalSize()).isNull();
  }

  @ParameterizedTest
  @CsvSource({"1, true", "11, true", "12, false", "64, false"})
  void boundsClipSkipByTheLayersThatThereAre(int skip, boolean isTaken) {
    RenderSpec skipping = spec().clipSkip(skip).build();

    if (isTaken) {
      assertThat(Renders.plan(skipping, SD).spec().clipSkip()).isEqualTo(skip);
    } else {
      assertThatThrownBy(() -> Renders.plan(skipping, SD))
          .isInstanceOf(DemofusionException.class)
          .hasMessageContaining("clip skip " + skip + " must be between 1 and 11");
    }
  }
}
