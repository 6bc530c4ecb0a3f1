package demofusion.coordinator.diffusion.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import demofusion.protocol.model.SchedulerKind;
import java.util.Map;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** With a model that always knows the one clean latent, every solver arrives there. */
class PerfectModelTest {
  private static final int LENGTH = 64;

  @Property
  void deterministicSolversStayOnTheStraightWay_whateverStepTheyBeginAt(
      @ForAll SchedulerKind kind, @ForAll @IntRange(min = 0, max = 18) int begin) {
    Scheduler solver = SolverFixture.solver(kind, 20, Map.of("timestep_spacing", "trailing"));
    Assume.that(!solver.isStochastic());
    float[] clean = SolverFixture.normals(LENGTH, 1);
    float[] noise = SolverFixture.normals(LENGTH, 2);
    float[] latent = SolverFixture.noised(solver, begin, clean, noise);
    SolverHistory history = new SolverHistory();

    for (int step = begin; step < 19; step++) {
      solver.step(step, latent, noise, history, null);

      float[] expected = SolverFixture.noised(solver, step + 1, clean, noise);
      assertThat(SolverFixture.distance(latent, expected)).as("step %d", step).isLessThan(1e-4);
    }
  }

  @Property(tries = 200)
  void everySolverArrivesAtTheCleanLatent_whateverStepItBeginsAt(
      @ForAll SchedulerKind kind,
      @ForAll TimestepSpacing spacing,
      @ForAll boolean isVelocity,
      @ForAll @IntRange(min = 2, max = 40) int steps,
      @ForAll @IntRange(min = 0, max = 39) int begin) {
    Scheduler solver =
        SolverFixture.solver(
            kind,
            steps,
            Map.of(
                "timestep_spacing",
                spacing.toString(),
                "prediction_type",
                isVelocity ? "v_prediction" : "epsilon"));
    float[] clean = SolverFixture.normals(LENGTH, 1);
    double[] known = new double[LENGTH];
    for (int n = 0; n < LENGTH; n++) {
      known[n] = clean[n];
    }
    int first = begin % steps;
    float[] latent = SolverFixture.noised(solver, first, clean, SolverFixture.normals(LENGTH, 2));
    SolverHistory history = new SolverHistory();

    for (int step = first; step < steps; step++) {
      float[] prediction = SolverFixture.predictionOf(solver, step, latent, known, isVelocity);
      solver.step(step, latent, prediction, history, SolverFixture.NOISE);
    }

    // DDIM may end a little above σ = 0 where its stride does not divide the timesteps.
    assertThat(SolverFixture.distance(latent, clean)).isLessThan(1e-3 + 5 * solver.sigma(steps));
  }
}
