package demofusion.coordinator.diffusion.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import demofusion.coordinator.diffusion.scheduler.level.TimestepSpacing;
import demofusion.coordinator.diffusion.scheduler.step.Scheduler;
import demofusion.coordinator.diffusion.scheduler.step.SolverHistory;
import demofusion.protocol.Laws;
import demofusion.protocol.model.SchedulerKind;
import demofusion.protocol.model.Solver;
import demofusion.protocol.model.Spacing;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** With a model that always knows the one clean latent, every solver arrives there. */
class PerfectModelTest {
  private static final int LENGTH = 64;

  @ParameterizedTest
  @MethodSource("deterministicKinds")
  void deterministicSolversStayOnTheStraightWay_whateverStepTheyBeginAt(SchedulerKind kind) {
    for (int begin = 0; begin < 19; begin++) {
      staysOnTheStraightWay(trailing(kind), begin);
    }
  }

  private static Stream<SchedulerKind> deterministicKinds() {
    // DDIM's stride, and PNDM's, is even whatever the timesteps are, so that only that way is
    // straight.
    return SolverFixture.kinds()
        .filter(kind -> !kind.toString().matches("(ddim|pndm)-linspace"))
        .filter(kind -> !trailing(kind).isStochastic());
  }

  private static Scheduler trailing(SchedulerKind kind) {
    return SolverFixture.solver(kind, 20, Map.of("timestep_spacing", "trailing"));
  }

  private static void staysOnTheStraightWay(Scheduler solver, int begin) {
    float[] clean = SolverFixture.normals(LENGTH, 1);
    float[] noise = SolverFixture.normals(LENGTH, 2);
    float[] latent = SolverFixture.noised(solver, begin, clean, noise);
    SolverHistory history = new SolverHistory();

    for (int step = begin; step < 19; step++) {
      SolverFixture.step(solver, step, latent, history, null, (x, evaluation) -> noise);

      float[] expected = SolverFixture.noised(solver, step + 1, clean, noise);
      assertThat(SolverFixture.distance(latent, expected))
          .as("step %d of those from %d on", step, begin)
          .isLessThan(1e-4);
    }
  }

  @Test
  void everySolverArrivesAtTheCleanLatent_whateverStepItBeginsAt() {
    Laws.forAll(
        200,
        draw ->
            arrivesAtTheCleanLatent(
                draw.of(SolverFixture.kinds().toArray(SchedulerKind[]::new)),
                draw.of(TimestepSpacing.values()),
                draw.of(SolverFixture.PREDICTIONS),
                draw.between(2, 40),
                draw.between(0, 39)));
  }

  private static void arrivesAtTheCleanLatent(
      SchedulerKind kind, TimestepSpacing spacing, String predicts, int steps, int begin) {
    Scheduler solver =
        SolverFixture.solver(
            kind,
            steps,
            Map.of("timestep_spacing", spacing.toString(), "prediction_type", predicts));
    float[] clean = SolverFixture.normals(LENGTH, 1);
    double[] known = new double[LENGTH];
    for (int n = 0; n < LENGTH; n++) {
      known[n] = clean[n];
    }
    int last = solver.steps();
    int first = begin % last;
    float[] latent = SolverFixture.noised(solver, first, clean, SolverFixture.normals(LENGTH, 2));
    SolverHistory history = new SolverHistory();
    boolean isUneven = spacing == TimestepSpacing.LINSPACE || kind.spacing() == Spacing.LINSPACE;
    if (kind.solver() == Solver.PNDM && isUneven) {
      return; // its stride is even all the same, and its long memory adds up what is amiss
    }
    if (kind.solver() == Solver.PNDM && predicts.equals("v_prediction")) {
      return; // as in diffusers its memory is of v itself, which differs along the straightest way
    }

    for (int step = first; step < last; step++) {
      int now = step;
      SolverFixture.step(
          solver,
          step,
          latent,
          history,
          SolverFixture.NOISE,
          (x, evaluation) ->
              SolverFixture.predictionOf(solver, now, evaluation, x, known, predicts));
    }

    // DDIM may end a little above σ = 0 where its stride does not divide the timesteps.
    assertThat(SolverFixture.distance(latent, clean)).isLessThan(1e-3 + 5 * solver.sigma(last));
  }
}
