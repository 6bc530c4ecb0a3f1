package demofusion.deploy.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import demofusion.protocol.api.request.RenderSpec;
import demofusion.protocol.api.request.condition.ConditionSettings;
import demofusion.protocol.api.request.condition.ControlUse;
import demofusion.protocol.api.request.condition.NamedNetwork;
import demofusion.protocol.api.request.method.RenderMethod;
import demofusion.protocol.latent.PixelExtent;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What studies and comparisons change of a picture, and what they leave as it is. */
class StudySettingTest {
  private static final RenderSpec BASE =
      RenderSpec.of("a fox", 1).toBuilder()
          .targetSize(new PixelExtent(640, 480))
          .conditions(
              ConditionSettings.NONE.withControls(
                  List.of(ControlUse.of(NamedNetwork.named("tile"), null))))
          .build();

  @Test
  void takesEachSettingThroughItsValues() {
    assertThat(StudySetting.STRIDE.apply(BASE, 24).stride()).isEqualTo(24);
    assertThat(StudySetting.STEPS.apply(BASE, 9).steps()).isEqualTo(9);
    assertThat(StudySetting.SCALES.apply(BASE, 2.5).fusion().cosineScale1()).isEqualTo(2.5);
  }

  @ParameterizedTest
  @EnumSource
  void leavesTheRestAsItIs(StudySetting setting) {
    RenderSpec varied = setting.apply(BASE, 4);

    assertThat(varied).isNotEqualTo(BASE);

    assertThat(varied.targetSize()).isEqualTo(BASE.targetSize());
    assertThat(
            varied.toBuilder()
                .stride(BASE.stride())
                .steps(BASE.steps())
                .fusion(BASE.fusion())
                .conditions(BASE.conditions())
                .build())
        .isEqualTo(BASE);
  }

  @Test
  void weighsEveryControlNetInEveryPhase() {
    RenderSpec varied = StudySetting.CONTROL_WEIGHT.apply(BASE, 0.5);

    assertThat(varied.conditions().controls().get(0).weights()).containsExactly(0.5);
    assertThatThrownBy(() -> StudySetting.CONTROL_WEIGHT.apply(RenderSpec.of("a fox", 1), 0.5))
        .hasMessageContaining("needs a ControlNet");
  }

  @Test
  void wantsAWholeNumber_ofSteps() {
    assertThatThrownBy(() -> StudySetting.STEPS.apply(BASE, 2.5))
        .hasMessage("steps 2.5 must be a whole number above 0");
  }

  @Test
  void comparesMethodsAndParts_ofTheSamePicture() {
    List<Contestant> all =
        Contestant.parse(
            List.of(
                "demofusion",
                "multidiffusion",
                "direct",
                "lanczos",
                "no-skip-residual",
                "no-dilated",
                "no-progressive",
                "no-gaussian",
                "no-jitter"));

    assertThat(all)
        .extracting(each -> each.spec(BASE).targetSize())
        .containsOnly(BASE.targetSize());
    assertThat(all.get(2).spec(BASE).method()).isEqualTo(RenderMethod.DIRECT);
    assertThat(all.get(4).spec(BASE).ablations().skipResidual()).isFalse();
    assertThat(all.get(8).spec(BASE).ablations().jitter()).isFalse();
  }
}
