package demofusion.coordinator.dispatch.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import demofusion.coordinator.diffusion.PhaseResult;
import demofusion.coordinator.diffusion.Render;
import demofusion.coordinator.diffusion.RenderPlan;
import demofusion.coordinator.diffusion.Renders;
import demofusion.protocol.api.request.ViewBatchSize;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A thousand histories of kill, pause, cut and heal, NaN, slowness, restart of the coordinator and
 * devices that hang, with messages that are late, lost, doubled and out of order: the ledger under
 * the real algorithm, in virtual time. Every history ends, with the bits of the sequential way; the
 * books of ledger and simulation agree after every event ({@link SimulatedCoordinator}); nothing is
 * answered twice; what waits for its turn stays within the window; in the end every credit is given
 * back.
 */
class FaultScheduleTest {
  private static final int HISTORIES = 250;
  private static final long WINDOW = 6 * 1024; // six of the toy model's views

  private static final RenderPlan VIEWS =
      Renders.plan(
          Renders.spec().size(128, 96).steps(2).unit(ViewBatchSize.ofViews(1)).build(),
          Renders.SMALL);
  private static final RenderPlan HALVES =
      Renders.plan(
          Renders.spec().size(96, 96).steps(2).unit(ViewBatchSize.half()).build(), Renders.SMALL);
  private static final List<PhaseResult> VIEWS_ALONE =
      Render.begin(VIEWS).run(Renders::toyPrediction);
  private static final List<PhaseResult> HALVES_ALONE =
      Render.begin(HALVES).run(Renders::toyPrediction);

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3})
  void endsWithTheSequentialWaysBits_whateverHappens(int quarter) {
    for (int n = 0; n < HISTORIES; n++) {
      int seed = quarter * HISTORIES + n;
      try {
        play(seed);
      } catch (Throwable failure) {
        throw new AssertionError("history of seed " + seed + ": " + failure.getMessage(), failure);
      }
    }
  }

  static void play(int seed) {
    Random chance = new Random(seed);
    LedgerRules rules =
        OtherRules.withWindow(
            OtherRules.withMostAttempts(LedgerRules.startingAt(0), Integer.MAX_VALUE), WINDOW);
    List<RenderedPicture> views = new ArrayList<>(List.of(new RenderedPicture(VIEWS, chance)));
    RenderedPicture halves = new RenderedPicture(HALVES, chance);
    List<RenderedPicture> both = List.of(views.get(0), halves);

    new FaultSchedule(chance, rules).play(chance.nextBoolean() ? both : views);

    views.get(0).requireSameBitsAs(VIEWS_ALONE);
    assertThat(views.get(0).mostBytesAhead).isLessThanOrEqualTo(WINDOW);
    if (!halves.results.isEmpty()) {
      halves.requireSameBitsAs(HALVES_ALONE);
      assertThat(halves.mostBytesAhead).isLessThanOrEqualTo(WINDOW);
    }
  }
}
