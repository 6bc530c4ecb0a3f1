package demofusion.coordinator.diffusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.api.request.RenderSpec;
import demofusion.protocol.api.request.ViewBatchSize;
import demofusion.protocol.api.request.method.GuidanceSplit;
import demofusion.protocol.api.request.method.MethodSettings;
import demofusion.protocol.api.request.method.RenderMethod;
import demofusion.protocol.api.request.method.SplitSettings;
import demofusion.protocol.api.request.method.UpscalerUse;
import demofusion.protocol.latent.LatentExtent;
import demofusion.protocol.latent.PixelExtent;
import demofusion.protocol.model.SchedulerConfig;
import demofusion.protocol.model.SchedulerKind;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RenderPlanTest {
  @Test
  void climbsByTheNativeSide_inTheTargetsAspect() {
    RenderPlan plan = Renders.plan(Renders.spec().size(3072, 2048).build(), Renders.SDXL);

    assertThat(plan.phases())
        .extracting(Phase::extent)
        .containsExactly(
            new LatentExtent(85, 128), new LatentExtent(170, 256), new LatentExtent(256, 384));
    assertThat(plan.phases()).extracting(Phase::dilation).containsExactly(1, 2, 3);
  }

  @Test
  void endsWithTheTargetItself_whenItIsNoMultiple() {
    RenderPlan plan = Renders.plan(Renders.spec().size(1400, 1000).build(), Renders.SDXL);

    assertThat(plan.phases())
        .extracting(Phase::extent)
        .containsExactly(new LatentExtent(91, 128), new LatentExtent(125, 175));
    assertThat(plan.phases().get(1).dilation()).isEqualTo(2);
  }

  @Test
  void isOnePhaseAtItsOwnSize_whenTheTargetIsNotAboveNative() {
    RenderPlan plan = Renders.plan(Renders.spec().size(512, 768).build(), Renders.SDXL);

    assertThat(plan.phases())
        .containsExactly(
            new Phase(1, new LatentExtent(96, 64), 1, Phase.Start.NOISE, Phase.Paths.WHOLE));
  }

  @Test
  void isTwiceTheNativeSide_whenNoSizeIsGiven() {
    assertThat(Renders.plan(Renders.spec().build(), Renders.SDXL).size())
        .isEqualTo(new PixelExtent(2048, 2048));
  }

  @Test
  void hasAsManySteps_asTheSolverMakesOfThoseThatWereAskedFor() {
    Renders.SpecBuilder spec = Renders.spec().size(2048, 2048).steps(30);
    RenderPlan even = Renders.plan(spec.scheduler(SchedulerKind.EULER).build(), Renders.SDXL);
    RenderPlan uniform =
        Renders.plan(
            spec.scheduler(SchedulerKind.parse("euler-ddim-uniform")).build(), Renders.SDXL);

    assertThat(even.steps()).isEqualTo(30);
    assertThat(uniform.steps()).isEqualTo(31);
    assertThat(uniform.timesteps()).isEqualTo(2 * 31);
    assertThat(uniform.resolved().steps()).isEqualTo(30);
  }

  @Test
  void refusesWhatItsSolverCannotDraw_andSaysWhichCould() {
    SchedulerConfig file =
        SchedulerConfig.fromJson(
            Map.of("_class_name", "UniPCMultistepScheduler", "solver_order", 3));

    assertThatThrownBy(() -> RenderPlan.of(Renders.spec().build(), Renders.SMALL, file))
        .hasMessageContaining("solver_order 3 is not supported")
        .hasMessageContaining("or pass --scheduler with one of ddim, euler");
    assertThat(
            RenderPlan.of(
                    Renders.spec().scheduler(SchedulerKind.EULER).build(), Renders.SMALL, file)
                .scheduler()
                .kind())
        .isEqualTo(SchedulerKind.EULER);
  }

  @Test
  void countsWhatItWillDo() {
    RenderPlan plan = Renders.plan(Renders.spec().size(2048, 2048).steps(50).build(), Renders.SDXL);

    Phase second = plan.phases().get(1);
    assertThat(plan.localViews(second)).isEqualTo(9);
    assertThat(plan.dilatedViews(second)).isEqualTo(4);
    assertThat(plan.unit()).isEqualTo(ViewBatchSize.ofViews(1));
    assertThat(plan.forwards()).isEqualTo(50 * (1 + 13));
  }

  @Test
  void namesTheTwoNearestSizes_whenASideIsNoMultipleOfTheVaesFactor() {
    assertThatThrownBy(() -> Renders.plan(Renders.spec().size(1001, 768).build(), Renders.SDXL))
        .isInstanceOf(DemofusionException.class)
        .hasMessage(
            "size 1001x768 must be a multiple of 8 pixels on both sides; the nearest valid sizes"
                + " are 1000x768 and 1008x768");
  }

  @Test
  void refusesAStrideBeyondTheWindow() {
    for (int stride : List.of(0, -1, 129)) {
      assertThatThrownBy(() -> Renders.plan(Renders.spec().stride(stride).build(), Renders.SDXL))
          .hasMessage(
              "stride "
                  + stride
                  + " must be between 1 and the model's tile size, 128 latent pixels");
    }
  }

  /** A split of guidance beside a request that does not say its guidance, which is then 7.5. */
  @Test
  void refusesSwitches_thatDoNotGoTogetherWithWhatWasLeftToTheModel() {
    RenderSpec spec =
        RenderSpec.of("a fox", 1).toBuilder()
            .methodSettings(MethodSettings.NONE.withSplit(new SplitSettings(5f, GuidanceSplit.FA)))
            .build();

    assertThatThrownBy(() -> Renders.plan(spec, Renders.SDXL))
        .hasMessage(
            "guidance high 5.0 must be at least guidance 7.5: raise the one, or lower the other");
  }

  @Test
  void refusesLatentsThatDoNotFit() {
    RenderPlan plan = Renders.plan(Renders.spec().size(2048, 2048).build(), Renders.SDXL);

    plan.requireMemory(plan.coordinatorBytes());
    assertThatThrownBy(() -> plan.requireMemory(plan.coordinatorBytes() - 1))
        .hasMessage(
            "size 2048x2048 needs 10 MiB of heap for its latents, but there are only 9;"
                + " choose a smaller size, or give Java more (-Xmx)");
  }

  @Test
  void drawsTheNativePhaseAlone_whereAnUpscalerDoesTheRest() {
    MethodSettings upscaler = MethodSettings.NONE.withUpscaler(UpscalerUse.named("esrgan"));
    RenderPlan plan =
        Renders.plan(
            Renders.spec().size(3072, 2048).method(RenderMethod.SR).build().toBuilder()
                .methodSettings(upscaler)
                .build(),
            Renders.SDXL);

    assertThat(plan.size()).isEqualTo(new PixelExtent(3072, 2048));
    assertThat(plan.phases())
        .containsExactly(
            new Phase(1, new LatentExtent(85, 128), 1, Phase.Start.NOISE, Phase.Paths.WHOLE));
    assertThat(plan.conditioning().targetWidth()).isEqualTo(3072);
    assertThat(plan.guidedViews()).isEqualTo(plan.steps());
  }

  @Test
  void refusesMethodSr_withoutAnUpscaler() {
    RenderSpec spec = Renders.spec().size(2048, 2048).method(RenderMethod.SR).build();

    assertThatThrownBy(() -> Renders.plan(spec, Renders.SDXL))
        .isInstanceOf(DemofusionException.class)
        .hasMessageContaining("method sr needs an upscaler");
  }
}
