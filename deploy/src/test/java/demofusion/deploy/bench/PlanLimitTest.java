package demofusion.deploy.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import demofusion.coordinator.diffusion.RenderPlan;
import demofusion.protocol.api.request.ViewBatchSize;
import demofusion.protocol.api.request.method.RenderMethod;
import demofusion.protocol.latent.PixelExtent;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlanLimitTest {
  @ParameterizedTest
  @CsvSource({
    "1, 1, 1.00", "1, 4, 3.65", "1, 8, 6.65", "1, 16, 11.3",
    "half, 1, 1.00", "half, 4, 3.90", "half, 8, 7.29", "half, 16, 13.3"
  })
  void isWhatTheUnitsOfATimestepAllow(String unit, int workers, double limit) {
    RenderPlan plan = plan(ViewBatchSize.parse(unit), 4);

    assertThat(PlanLimit.of(plan, workers).speedup()).isCloseTo(limit, within(0.05));
  }

  @ParameterizedTest
  @CsvSource({"1", "7", "50"})
  void doesNotDependOnTheNumberOfTimesteps(int steps) {
    assertThat(PlanLimit.of(plan(ViewBatchSize.half(), steps), 8).speedup())
        .isEqualTo(PlanLimit.of(plan(ViewBatchSize.half(), 2), 8).speedup());
  }

  /** Phase 1: one view. Phase 2: nine windows and four dilated ones, so two units and a quarter. */
  @Test
  void countsAUnitOfFewerViewsAsLess() {
    PlanLimit alone =
        PlanLimit.of(
            new BenchPicture(
                    200,
                    new PixelExtent(2048, 2048),
                    1,
                    ViewBatchSize.ofViews(4),
                    RenderMethod.DEMOFUSION)
                .plan(),
            1);

    assertThat(alone.units()).isEqualTo(0.25 + 9 / 4.0 + 1);
    assertThat(alone.rounds()).isEqualTo(alone.units());
  }

  /** Before phases 2 and 3 of 9 and 25 windows, which are the windows of their timesteps, too. */
  @Test
  void countsTheWindowsThatAreEncoded() {
    RenderPlan detail =
        new BenchPicture(
                200, new PixelExtent(4096, 4096), 5, ViewBatchSize.ofViews(1), RenderMethod.DETAIL)
            .plan();

    PlanLimit alone = PlanLimit.of(detail, 1);
    PlanLimit eight = PlanLimit.of(detail, 8);

    assertThat(alone.units()).isCloseTo(5 + 2 * (9 + 25) + 0.36 * (9 + 25), within(1e-9));
    assertThat(eight.rounds()).isCloseTo(5 + 2 * (2 + 4) + 0.36 * (2 + 4), within(1e-9));
    assertThat(eight.units()).isEqualTo(alone.units());
  }

  private static RenderPlan plan(ViewBatchSize unit, int steps) {
    return new BenchPicture(200, new PixelExtent(4096, 4096), steps, unit, RenderMethod.DEMOFUSION)
        .plan();
  }
}
