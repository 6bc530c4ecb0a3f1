package demofusion.coordinator.render;

import demofusion.coordinator.diffusion.Renders;
import demofusion.coordinator.diffusion.Steering;
import demofusion.protocol.api.request.RenderSpec;
import demofusion.protocol.api.request.condition.ConditionSettings;
import demofusion.protocol.api.request.method.DetailSettings;
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
import demofusion.protocol.model.LoraUse;
import demofusion.protocol.model.SchedulerKind;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Requests of all methods whose phases begin with a picture, small enough for the toy model. */
enum ToyMethod {
  REGION_NOISE,
  ALL_SWITCHES,
  /** ControlNets on phases' pictures, and an IP-Adapter. */
  STEERED,
  DETAIL,
  FAST,
  FAST_IN_TWO_STEPS_FROM_NOISE;

  RenderSpec spec() {
    return Renders.spec().size(192, 136).steps(5).build().toBuilder()
        .method(method())
        .methodSettings(settings())
        .conditions(this == STEERED ? steered() : ConditionSettings.NONE)
        .build();
  }

  private RenderMethod method() {
    return switch (this) {
      case REGION_NOISE, ALL_SWITCHES, STEERED -> RenderMethod.DEMOFUSION;
      case DETAIL -> RenderMethod.DETAIL;
      case FAST, FAST_IN_TWO_STEPS_FROM_NOISE -> RenderMethod.FAST;
    };
  }

  private MethodSettings settings() {
    return switch (this) {
      case STEERED -> MethodSettings.NONE;
      case REGION_NOISE -> MethodSettings.NONE.withRegionNoise(new RegionNoise(0, 1));
      case ALL_SWITCHES ->
          MethodSettings.NONE
              .withRegionNoise(new RegionNoise(0.1, 1.2))
              .withPhases(new PhaseScales(List.of(1, 2, 3)))
              .withStrengths(new PhaseStrengths(List.of(1.0, 0.6)))
              .withWindows(new WindowSettings(WindowWeights.GAUSSIAN, WindowSpacing.EVEN, true))
              .withSplit(new SplitSettings(20f, GuidanceSplit.FA));
      case DETAIL -> MethodSettings.NONE.withDetail(new DetailSettings(0.5, true, true));
      case FAST -> fast(null, null, null);
      case FAST_IN_TWO_STEPS_FROM_NOISE -> fast(Inversion.NOISE, 2, SchedulerKind.LCM);
    };
  }

  private static ConditionSettings steered() {
    return new ConditionSettings(
        List.of(Steering.onPhase(), Steering.on(Steering.picture(192, 136))),
        List.of(Steering.adapter(0.6, 0.3)),
        null);
  }

  private static MethodSettings fast(
      @Nullable Inversion inversion, @Nullable Integer steps, @Nullable SchedulerKind scheduler) {
    LoraUse lora = new LoraUse("hyper", "ab".repeat(32), 1, 0);
    return MethodSettings.NONE.withFast(
        new FastSettings(lora, inversion, null, steps, scheduler, null));
  }
}
