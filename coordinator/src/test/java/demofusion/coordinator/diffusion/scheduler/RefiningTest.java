package demofusion.coordinator.diffusion.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import demofusion.coordinator.diffusion.scheduler.step.NoiseMix;
import demofusion.coordinator.diffusion.scheduler.step.Scheduler;
import demofusion.coordinator.diffusion.scheduler.step.SolverHistory;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.FailureCode;
import demofusion.protocol.Laws;
import demofusion.protocol.model.SchedulerKind;
import demofusion.protocol.model.Solver;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Refining steps of fast mode: solvers for few steps, from a timestep in the middle on. */
class RefiningTest {
  private static final int LENGTH = 32;

  static Stream<SchedulerKind> kinds() {
    return SolverFixture.kinds().filter(kind -> kind.solver().isOfFewSteps());
  }

  @ParameterizedTest
  @CsvSource({
    "lcm, 259, 1, 259",
    "lcm, 259, 2, 259 139",
    "tcd, 259, 4, 259 199 139 79",
    "tcd, 479, 3, 479 319 159",
    "lightning, 249, 1, 249",
    "lightning, 249, 2, 249 124",
    "turbo, 249, 2, 249 124",
    "hyper-sd, 249, 4, 249 187 124 61",
    "lightning, 100, 3, 100 66 33",
  })
  void beginsAtThatTimestep(SchedulerKind kind, int timestep, int steps, String timesteps) {
    Scheduler solver = refining(kind, steps, timestep, "epsilon");

    StringBuilder visited = new StringBuilder();
    for (int step = 0; step < solver.steps(); step++) {
      visited.append(step == 0 ? "" : " ").append((int) solver.timestep(step));
    }
    assertThat(visited).hasToString(timesteps);
  }

  /** A model that knows the clean latent arrives there, at the cleanest timestep at the latest. */
  @Test
  void arrivesAtTheCleanLatent() {
    Laws.forAll(
        100,
        draw -> {
          SchedulerKind kind = draw.of(kinds().toArray(SchedulerKind[]::new));
          int rank = draw.between(2, 24);
          int timestep = kind.solver().isOfConsistency() ? 20 * rank - 1 : draw.between(20, 498);
          int steps = draw.between(1, Math.min(rank, 8));
          String predicts = draw.of("epsilon", "v_prediction", "sample");
          arrives(refining(kind, steps, timestep, predicts), predicts);
        });
  }

  private static void arrives(Scheduler solver, String predicts) {
    float[] clean = SolverFixture.normals(LENGTH, 1);
    double[] known = new double[LENGTH];
    for (int n = 0; n < LENGTH; n++) {
      known[n] = clean[n];
    }
    float[] latent = SolverFixture.noised(solver, 0, clean, SolverFixture.normals(LENGTH, 2));
    SolverHistory history = new SolverHistory();

    for (int step = 0; step < solver.steps(); step++) {
      float[] prediction = SolverFixture.predictionOf(solver, step, 0, latent, known, predicts);
      solver.step(step, latent, prediction, history, SolverFixture.NOISE);
    }

    assertThat(SolverFixture.distance(latent, clean))
        .isLessThan(1e-3 + 5 * solver.sigma(solver.steps()));
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void isTheWholeScheduleFromItsOwnTimestepOn(SchedulerKind kind) {
    Scheduler whole = SolverFixture.solver(kind, 4, Map.of());
    Scheduler half = Schedulers.refining(SolverFixture.config(Map.of()), kind, 2, 499, null);
    float[] ofWhole = SolverFixture.normals(LENGTH, 1);
    float[] ofHalf = ofWhole.clone();
    SolverHistory one = new SolverHistory();
    SolverHistory other = new SolverHistory();

    for (int step = 0; step < 2; step++) {
      int now = step;
      float[] prediction = SolverFixture.normals(LENGTH, 5 + step);
      whole.step(
          2 + step,
          ofWhole,
          prediction,
          one,
          (at, draw, out) -> SolverFixture.NOISE.fill(now, draw, out));
      half.step(step, ofHalf, prediction, other, SolverFixture.NOISE);
    }

    NoiseMix mix = half.noiseMix(0);
    assertThat(mix).isEqualTo(whole.noiseMix(2));
    assertThat(ofHalf).isEqualTo(ofWhole);
  }

  @Test
  void etaIsHowMuchTcdNoisesAgain() {
    SchedulerKind tcd = new SchedulerKind(Solver.TCD, null);
    Scheduler without = Schedulers.refining(SolverFixture.config(Map.of()), tcd, 2, 259, 0.0);
    Scheduler with = Schedulers.refining(SolverFixture.config(Map.of()), tcd, 2, 259, 1.0);
    Scheduler usual = Schedulers.refining(SolverFixture.config(Map.of()), tcd, 2, 259, null);
    Scheduler same = Schedulers.refining(SolverFixture.config(Map.of()), tcd, 2, 259, 0.3);

    assertThat(without.isStochastic()).isFalse();
    assertThat(with.isStochastic()).isTrue();
    assertThat(after(usual)).isEqualTo(after(same)).isNotEqualTo(after(with));
    assertThat(usual.sigma(1)).isCloseTo(with.sigma(1), within(1e-12));
  }

  private static float[] after(Scheduler solver) {
    float[] latent = SolverFixture.normals(LENGTH, 1);
    solver.step(
        0, latent, SolverFixture.normals(LENGTH, 2), new SolverHistory(), SolverFixture.NOISE);
    return latent;
  }

  @ParameterizedTest
  @CsvSource({
    "euler, 1, 249, cannot make refining steps; use lcm",
    "lcm, 1, 249, 'fast timestep 249 must be one that lcm is distilled at; the nearest are 239"
        + " and 259'",
    "tcd, 1, 5, the nearest are 19 and 19",
    "tcd, 14, 259, fast steps 14 must be between 1 and 13 with tcd from timestep 259 on",
    "lightning, 251, 249, fast steps 251 must be between 1 and 250 with lightning",
    "turbo, 0, 249, fast steps 0 must be between 1",
    "hyper-sd, 1, 1000, fast timestep 1000 must be between 1 and 999",
  })
  void refusesWhatCannotBe(SchedulerKind kind, int steps, int timestep, String words) {
    assertThatThrownBy(() -> refining(kind, steps, timestep, "epsilon"))
        .isInstanceOfSatisfying(
            DemofusionException.class, e -> assertThat(e.code()).isEqualTo(FailureCode.BAD_REQUEST))
        .hasMessageContaining(words);
  }

  private static Scheduler refining(SchedulerKind kind, int steps, int timestep, String predicts) {
    return Schedulers.refining(
        SolverFixture.config(Map.of("prediction_type", predicts)), kind, steps, timestep, null);
  }
}
