package demofusion.coordinator.diffusion.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import demofusion.coordinator.diffusion.random.StepNoise;
import demofusion.coordinator.diffusion.scheduler.step.Scheduler;
import demofusion.coordinator.diffusion.scheduler.step.SolverHistory;
import demofusion.coordinator.diffusion.storage.Bands;
import demofusion.coordinator.diffusion.storage.Samples;
import demofusion.protocol.Laws;
import demofusion.protocol.model.SchedulerKind;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What holds of every solver, whatever its formulas. */
class SolverLawsTest {
  private static final int STEPS = 6;

  /** The reason why one step on fused predictions is enough (spec section 6). */
  @Test
  void stepsAreLinear_soThatFusingAndSteppingMayChangePlaces() {
    Laws.forAll(
        100,
        draw ->
            stepsAreLinear(
                solver(
                    draw.of(SolverFixture.kinds().toArray(SchedulerKind[]::new)),
                    draw.of(SolverFixture.PREDICTIONS)),
                draw.between(0.0, 1.0)));
  }

  private static void stepsAreLinear(Scheduler solver, double share) {
    float[] one = SolverFixture.normals(32, 1);
    float[] other = SolverFixture.normals(32, 2);
    float[] mixed = mix(one, other, share);
    SolverHistory[] histories = {new SolverHistory(), new SolverHistory(), new SolverHistory()};

    for (int step = 0; step < STEPS; step += histories[2].evaluation() == 0 ? 1 : 0) {
      int evaluation = 2 * step + histories[0].evaluation();
      float[] toldOne = SolverFixture.normals(32, 10 + evaluation);
      float[] toldOther = SolverFixture.normals(32, 30 + evaluation);
      float[] toldMixed = mix(toldOne, toldOther, share);
      solver.step(step, one, toldOne, histories[0], SolverFixture.NOISE);
      solver.step(step, other, toldOther, histories[1], SolverFixture.NOISE);
      solver.step(step, mixed, toldMixed, histories[2], SolverFixture.NOISE);
    }

    double most = SolverFixture.distance(mixed, new float[mixed.length]);
    assertThat(SolverFixture.distance(mixed, mix(one, other, share)))
        .isLessThan(2e-4 + 2e-6 * most);
  }

  @ParameterizedTest
  @MethodSource("demofusion.coordinator.diffusion.scheduler.SolverFixture#kinds")
  void resumesToTheSameBits_whenTheHistoryWasSavedInTheMiddle(SchedulerKind kind) {
    Scheduler solver = solver(kind, "epsilon");
    int evaluations = kind.solver().evaluations(STEPS, solver.steps());
    for (int stop = 1; stop < evaluations; stop++) {
      resumesToTheSameBits(solver, stop, evaluations);
    }
  }

  private static void resumesToTheSameBits(Scheduler solver, int stop, int evaluations) {
    float[] expected = SolverFixture.normals(32, 1);
    SolverHistory history = new SolverHistory();
    assertThat(run(solver, 0, evaluations, expected, history)).isEqualTo(STEPS);
    float[] latent = SolverFixture.normals(32, 1);
    SolverHistory interrupted = new SolverHistory();
    int reached = run(solver, 0, stop, latent, interrupted);

    Map<String, Samples> saved = new HashMap<>();
    interrupted.save().forEach((name, samples) -> saved.put(name, Samples.of(samples.toTensor())));
    SolverHistory goingOn = new SolverHistory();
    goingOn.restore(saved, interrupted.steps(), interrupted.evaluation());
    run(solver, reached, evaluations - stop, latent, goingOn);

    assertThat(latent).as("saved after evaluation %d", stop).isEqualTo(expected);
  }

  @ParameterizedTest
  @MethodSource("demofusion.coordinator.diffusion.scheduler.SolverFixture#kinds")
  void aClearedHistoryIsANewOne(SchedulerKind kind) {
    Scheduler solver = solver(kind, "epsilon");
    SolverHistory history = new SolverHistory();
    int evaluations = kind.solver().evaluations(STEPS, solver.steps());
    float[] first = SolverFixture.normals(32, 1);
    run(solver, 0, evaluations, first, history);

    history.clear();
    float[] second = SolverFixture.normals(32, 1);
    run(solver, 0, evaluations, second, history);

    assertThat(second).isEqualTo(first);
  }

  @ParameterizedTest
  @MethodSource("demofusion.coordinator.diffusion.scheduler.SolverFixture#kinds")
  void manyThreadsGiveTheBitsOfOne(SchedulerKind kind) {
    Scheduler solver = solver(kind, "epsilon");
    int length = 24 * Bands.LENGTH + 5;
    float[] large = SolverFixture.normals(length, 1);
    float[] told = SolverFixture.normals(length, 2);
    int part = 1000;
    float[] small = Arrays.copyOfRange(large, length - part, length);
    float[] toldSmall = Arrays.copyOfRange(told, length - part, length);
    SolverHistory ofLarge = new SolverHistory();
    SolverHistory ofSmall = new SolverHistory();

    StepNoise even = (step, draw, out) -> Arrays.fill(out, step + draw);
    for (int step = 0; step < STEPS; step++) {
      SolverFixture.step(solver, step, large, ofLarge, even, (x, evaluation) -> told);
      SolverFixture.step(solver, step, small, ofSmall, even, (x, evaluation) -> toldSmall);
    }

    assertThat(Arrays.copyOfRange(large, length - part, length)).isEqualTo(small);
  }

  private static Scheduler solver(SchedulerKind kind, String predicts) {
    return SolverFixture.solver(kind, STEPS, Map.of("prediction_type", predicts));
  }

  /** So many evaluations; returns the step that is reached. */
  private static int run(
      Scheduler solver, int from, int evaluations, float[] latent, SolverHistory history) {
    int step = from;
    for (int n = 0; n < evaluations; n++) {
      long seed = 10 + 2L * step + history.evaluation();
      solver.step(
          step, latent, SolverFixture.normals(latent.length, seed), history, SolverFixture.NOISE);
      step += history.evaluation() == 0 ? 1 : 0;
    }
    return step;
  }

  private static float[] mix(float[] one, float[] other, double share) {
    float[] mixed = new float[one.length];
    for (int n = 0; n < mixed.length; n++) {
      mixed[n] = (float) (share * one[n] + (1 - share) * other[n]);
    }
    return mixed;
  }
}
