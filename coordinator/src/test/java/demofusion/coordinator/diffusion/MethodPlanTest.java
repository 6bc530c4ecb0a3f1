package demofusion.coordinator.diffusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.api.request.RenderSpec;
import demofusion.protocol.api.request.SourcePicture;
import demofusion.protocol.api.request.method.DetailSettings;
import demofusion.protocol.api.request.method.GuidanceSplit;
import demofusion.protocol.api.request.method.MethodSettings;
import demofusion.protocol.api.request.method.PhaseScales;
import demofusion.protocol.api.request.method.PhaseStrengths;
import demofusion.protocol.api.request.method.RenderMethod;
import demofusion.protocol.api.request.method.SplitSettings;
import demofusion.protocol.api.request.method.WindowSettings;
import demofusion.protocol.latent.Tensor;
import demofusion.protocol.model.ModelGeometry;
import demofusion.protocol.model.SchedulerKind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Newer methods' plans: what they cost (modes section 9), and what they refuse (section 8). */
class MethodPlanTest {
  private static final MethodSettings NONE = MethodSettings.NONE;

  @ParameterizedTest(name = "{0}² {1} {2} {3} {4}")
  @CsvSource(
      nullValues = "-",
      value = {
        // side, method, ladder, strength, stride, guided tiles as the specification counts them
        "2048, demofusion, -, -, -, 700",
        "4096, demofusion, -, -, -, 5650",
        "2048, demofusion, '1,2', -, -, 700",
        "4096, demofusion, '1,2,4', -, -, 3950",
        "4096, demofusion, '1,4', -, -, 3300",
        "2048, demofusion, '1,2', 0.6, -, 440",
        "4096, demofusion, '1,2,4', 0.6, -, 2390",
        "2048, demofusion, '1,2', 0.6, 96, 440",
        "4096, demofusion, '1,2,4', 0.6, 96, 1670",
        "2048, demofusion, '1,2', 0.4, 96, 310",
        "4096, demofusion, '1,2,4', 0.4, 96, 1130",
        "2048, detail, -, -, 64, 230",
        "4096, detail, -, -, 64, 1210",
        "2048, detail, -, -, -, 230",
        "4096, detail, -, -, -, 730",
        "8192, detail, -, -, -, 3150",
      })
  void costsWhatTheSpecificationSays(
      int side, String method, String ladder, String strength, Integer stride, double tiles) {
    RenderSpec spec =
        Renders.spec().size(side, side).steps(50).build().toBuilder()
            .method(RenderMethod.parse(method))
            .stride(stride)
            .methodSettings(
                NONE.withPhases(ladder == null ? null : PhaseScales.parse(ladder))
                    .withStrengths(strength == null ? null : PhaseStrengths.parse(strength)))
            .build();

    assertThat(Renders.plan(spec, Renders.SDXL).guidedTiles()).isEqualTo(tiles);
  }

  /** Phase 1 with four steps of one half each. */
  @ParameterizedTest
  @CsvSource({"2048, 11", "4096, 36"})
  void costsHalfAGuidedTile_whereOneHalfIsAsked(int side, double tiles) {
    RenderSpec spec =
        Renders.spec().size(side, side).steps(4).guidance(1).build().toBuilder()
            .method(RenderMethod.FAST)
            .scheduler(SchedulerKind.LCM)
            .build();

    assertThat(Renders.plan(spec, Renders.SDXL).guidedTiles()).isEqualTo(tiles);
  }

  @Test
  void encodesThirtyFourTilesOnTheWayTo4096() {
    RenderPlan plan =
        Renders.plan(
            Renders.spec().size(4096, 4096).method(RenderMethod.DETAIL).build(), Renders.SDXL);

    assertThat(plan.phases().stream().mapToInt(phase -> ReferenceEncoding.count(plan, phase)).sum())
        .isEqualTo(34);
  }

  @Test
  void countsStrengthsFromThePicture_whereOneIsGiven() {
    RenderSpec.Builder spec =
        Renders.spec().size(256, 256).steps(10).build().toBuilder()
            .methodSettings(NONE.withStrengths(PhaseStrengths.parse("0.6,0.35")));
    RenderPlan fromNoise = Renders.plan(spec.build(), Renders.SMALL);
    RenderPlan fromPicture =
        Renders.plan(
            spec.source(new SourcePicture(Tensor.zeros(3, 64, 64), 1)).build(), Renders.SMALL);

    assertThat(fromNoise.phases().stream().map(fromNoise::timesteps)).containsExactly(10, 6, 3, 3);
    assertThat(fromPicture.phases().stream().map(fromPicture::timesteps))
        .containsExactly(6, 3, 3, 3);
  }

  @Test
  void refusesALadderThatEndsElsewhere() {
    assertRefused(
        Renders.SMALL,
        RenderMethod.DEMOFUSION,
        NONE.withPhases(PhaseScales.parse("1,2")),
        "phases 1,2 must end at 4 and not at 2, since the longer side of this size is 32 latent "
            + "pixels, and the model's native side 8");
  }

  @Test
  void refusesMoreStrengthsThanPhases() {
    assertRefused(
        Renders.SMALL,
        RenderMethod.DETAIL,
        NONE.withStrengths(PhaseStrengths.parse("0.5,0.4,0.3")),
        "phase strength 0.5,0.4,0.3 has 3 values, but this size has 2 upscaling phases; give at "
            + "most that many: the last value holds for all phases that follow");
  }

  @Test
  void refusesAStructureOfLessThanOneSample() {
    assertRefused(
        Renders.SMALL,
        RenderMethod.DETAIL,
        NONE.withDetail(new DetailSettings(0.05, true, true)),
        "structure cutoff 0.05 keeps less than one of the 16 latent pixels on the shorter side of a"
            + " phase; it must be at least 0.063");
  }

  @Test
  void refusesAWaveletOnTilesThatAreTooSmall() {
    assertRefused(
        new ModelGeometry(7, 4, 8),
        RenderMethod.DEMOFUSION,
        NONE.withSplit(new SplitSettings(9f, GuidanceSplit.WAVELET)),
        "guidance split wavelet needs tiles of at least 8 latent pixels on a side, and here they"
            + " have 7: use fa");
  }

  @Test
  void refusesInteractionOfOneView() {
    RenderSpec spec =
        Renders.spec().size(64, 64).build().toBuilder()
            .methodSettings(NONE.withWindows(new WindowSettings(null, null, true)))
            .build();

    assertThatThrownBy(() -> Renders.plan(spec, Renders.SMALL))
        .isInstanceOf(DemofusionException.class)
        .hasMessageStartingWith("window interaction needs dilated views");
  }

  private static void assertRefused(
      ModelGeometry geometry, RenderMethod method, MethodSettings settings, String sentence) {
    RenderSpec spec =
        Renders.spec().size(256, 256).build().toBuilder()
            .method(method)
            .methodSettings(settings)
            .build();

    assertThatThrownBy(() -> Renders.plan(spec, geometry))
        .isInstanceOf(DemofusionException.class)
        .hasMessage(sentence);
  }
}
