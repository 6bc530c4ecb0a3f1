package demofusion.coordinator.render;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import demofusion.coordinator.diffusion.Phase;
import demofusion.coordinator.diffusion.RenderPlan;
import demofusion.coordinator.diffusion.Renders;
import demofusion.protocol.api.request.RenderSpec;
import demofusion.protocol.api.request.method.RenderMethod;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** SDXL at 4096²: phases of 1024², 2048² and 4096². */
class BarrierCostTest {
  private static final RenderSpec SPEC = Renders.spec().size(4096, 4096).steps(50).build();
  private static final RenderPlan PLAN =
      Renders.plan(SPEC.toBuilder().method(RenderMethod.DETAIL).build(), Renders.SDXL);
  private static final Phase FIRST = PLAN.phases().get(0);
  private static final Phase LAST = PLAN.lastPhase();

  /** Modes, section 2: 12 guided views for 34 windows, 5 for decoding the smaller pictures. */
  @Test
  void isWhatTheSpecificationSays() {
    BarrierCost cost = new BarrierCost(PLAN);
    double encoding = PLAN.phases().stream().mapToDouble(cost::encoding).sum();
    double decoding = PLAN.phases().stream().mapToDouble(cost::decoding).sum();

    assertThat(encoding).isCloseTo(34 * 0.36, within(1e-9));
    assertThat(decoding).isCloseTo(5 * 0.78, within(1e-9));
    assertThat(cost.after(FIRST)).isCloseTo(encoding + decoding, within(1e-9));
    assertThat(cost.after(LAST)).isZero();
  }

  @Test
  void isNothing_whereNoPhaseBeginsWithAPicture() {
    BarrierCost cost = new BarrierCost(Renders.plan(SPEC, Renders.SDXL));

    assertThat(cost.after(FIRST)).isZero();
  }

  @Test
  void isPartOfTheTimeLeft_andGoesDownWithTheWindows() {
    AtomicLong nanos = new AtomicLong();
    ProgressMeter meter = new ProgressMeter(PLAN, nanos::get);
    nanos.set(10_000_000_000L);

    RenderProgress begun = meter.between(LAST, 0, 0);
    RenderProgress half = meter.between(LAST, 10, 20);
    RenderProgress all = meter.between(LAST, 20, 20);

    BarrierCost cost = new BarrierCost(PLAN);
    double whole = cost.decoding(LAST) + cost.encoding(LAST);
    assertThat(begun.timestep()).isZero();
    assertThat(begun.workLeft()).isCloseTo(PLAN.guidedTiles() + whole, within(1e-9));
    assertThat(half.workLeft() - PLAN.guidedTiles())
        .isCloseTo(cost.encoding(LAST) / 2, within(1e-9));
    assertThat(all.workLeft()).isCloseTo(PLAN.guidedTiles(), within(1e-9));
    assertThat(half.tilesPerSecond()).isZero();
    assertThat(half.workPerSecond() * 10).isCloseTo(whole - cost.encoding(LAST) / 2, within(1e-9));
    assertThat(half.secondsLeft()).isCloseTo(half.workLeft() / half.workPerSecond(), within(1e-6));
  }

  /** 50 guided views of phase 1, then 9 and 25 windows that are seen twice without guidance. */
  @Test
  void countsViewsWithoutGuidanceHalf() {
    RenderPlan fast =
        Renders.plan(
            SPEC.toBuilder()
                .method(RenderMethod.FAST)
                .methodSettings(ToyMethod.FAST.spec().methodSettings())
                .build(),
            Renders.SDXL);
    AtomicLong nanos = new AtomicLong();
    ProgressMeter meter = new ProgressMeter(fast, nanos::get);
    nanos.set(1_000_000_000L);
    meter.resumeAfter(50, 0);

    RenderProgress second = meter.between(fast.phases().get(1), 0, 0);

    double barriers = new BarrierCost(fast).after(FIRST);
    assertThat(second.workLeft()).isCloseTo(9 + 25 + barriers, within(1e-9));
  }
}
