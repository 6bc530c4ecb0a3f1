package demofusion.coordinator.diffusion.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

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
                solver(draw.of(SchedulerKind.all().toArray(SchedulerKind[]::new)), draw.either()),
                draw.between(0.0, 1.0)));
  }

  private static void stepsAreLinear(Scheduler solver, double share) {
    float[] one = SolverFixture.normals(32, 1);
    float[] other = SolverFixture.normals(32, 2);
    float[] mixed = mix(one, other, share);
    SolverHistory[] histories = {new SolverHistory(), new SolverHistory(), new SolverHistory()};

    for (int step = 0; step < STEPS; step++) {
      float[] toldOne = SolverFixture.normals(32, 10 + step);
      float[] toldOther = SolverFixture.normals(32, 20 + step);
      float[] toldMixed = mix(toldOne, toldOther, share);
      solver.step(step, one, toldOne, histories[0], SolverFixture.NOISE);
      solver.step(step, other, toldOther, histories[1], SolverFixture.NOISE);
      solver.step(step, mixed, toldMixed, histories[2], SolverFixture.NOISE);
    }

    assertThat(SolverFixture.distance(mixed, mix(one, other, share))).isLessThan(2e-4);
  }

  @ParameterizedTest
  @MethodSource("demofusion.protocol.model.SchedulerKind#all")
  void resumesToTheSameBits_whenTheHistoryWasSavedInTheMiddle(SchedulerKind kind) {
    for (int stop = 1; stop < STEPS; stop++) {
      resumesToTheSameBits(solver(kind, false), stop);
    }
  }

  private static void resumesToTheSameBits(Scheduler solver, int stop) {
    float[] expected = SolverFixture.normals(32, 1);
    SolverHistory history = new SolverHistory();
    run(solver, 0, STEPS, expected, history);
    float[] latent = SolverFixture.normals(32, 1);
    SolverHistory interrupted = new SolverHistory();
    run(solver, 0, stop, latent, interrupted);

    Map<String, Samples> saved = new HashMap<>();
    interrupted.save().forEach((name, samples) -> saved.put(name, Samples.of(samples.toTensor())));
    SolverHistory goingOn = new SolverHistory();
    goingOn.restore(saved, interrupted.steps());
    run(solver, stop, STEPS, latent, goingOn);

    assertThat(latent).as("saved before step %d", stop).isEqualTo(expected);
  }

  @ParameterizedTest
  @MethodSource("demofusion.protocol.model.SchedulerKind#all")
  void aClearedHistoryIsANewOne(SchedulerKind kind) {
    Scheduler solver = solver(kind, false);
    SolverHistory history = new SolverHistory();
    float[] first = SolverFixture.normals(32, 1);
    run(solver, 0, STEPS, first, history);

    history.clear();
    float[] second = SolverFixture.normals(32, 1);
    run(solver, 0, STEPS, second, history);

    assertThat(second).isEqualTo(first);
  }

  @ParameterizedTest
  @MethodSource("demofusion.protocol.model.SchedulerKind#all")
  void manyThreadsGiveTheBitsOfOne(SchedulerKind kind) {
    Scheduler solver = solver(kind, false);
    int length = 24 * Bands.LENGTH + 5;
    float[] large = SolverFixture.normals(length, 1);
    float[] told = SolverFixture.normals(length, 2);
    int part = 1000;
    float[] small = Arrays.copyOfRange(large, length - part, length);
    float[] toldSmall = Arrays.copyOfRange(told, length - part, length);
    SolverHistory ofLarge = new SolverHistory();
    SolverHistory ofSmall = new SolverHistory();

    for (int step = 0; step < STEPS; step++) {
      solver.step(step, large, told, ofLarge, (at, out) -> Arrays.fill(out, at));
      solver.step(step, small, toldSmall, ofSmall, (at, out) -> Arrays.fill(out, at));
    }

    assertThat(Arrays.copyOfRange(large, length - part, length)).isEqualTo(small);
  }

  private static Scheduler solver(SchedulerKind kind, boolean isVelocity) {
    return SolverFixture.solver(
        kind, STEPS, Map.of("prediction_type", isVelocity ? "v_prediction" : "epsilon"));
  }

  private static void run(
      Scheduler solver, int from, int to, float[] latent, SolverHistory history) {
    for (int step = from; step < to; step++) {
      float[] told = SolverFixture.normals(latent.length, 10 + step);
      solver.step(step, latent, told, history, SolverFixture.NOISE);
    }
  }

  private static float[] mix(float[] one, float[] other, double share) {
    float[] mixed = new float[one.length];
    for (int n = 0; n < mixed.length; n++) {
      mixed[n] = (float) (share * one[n] + (1 - share) * other[n]);
    }
    return mixed;
  }
}
