package demofusion.coordinator.diffusion.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import demofusion.coordinator.diffusion.random.StepNoise;
import demofusion.coordinator.diffusion.scheduler.step.Scheduler;
import demofusion.coordinator.diffusion.scheduler.step.SolverHistory;
import demofusion.protocol.GoldenData;
import demofusion.protocol.model.SchedulerKind;
import demofusion.protocol.safetensors.SafetensorsFile;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The solvers for models of few steps, as modes_reference.py has them (modes section 6). */
class GoldenFewStepsTest {
  private static final SafetensorsFile GOLDEN = GoldenData.tensors("modes.safetensors");
  private static final String PREFIX = "solver.";
  private static final String TABLE = ".table";
  private static final double RELATIVE = 2e-5;

  /** Such as {@code tcd-03-v.4}: solver, η in tenths, what is predicted; steps. */
  record Case(String name, SchedulerKind kind, @Nullable Double eta, String predicts, int steps) {
    static Case of(String name) {
      String[] parts = name.split("[-.]", -1);
      String last = parts[parts.length - 2];
      return new Case(
          name,
          SchedulerKind.parse(parts[0].equals("hyper") ? "hyper-sd" : parts[0]),
          parts[0].equals("tcd") ? Integer.parseInt(parts[1]) / 10.0 : null,
          last.equals("v") ? "v_prediction" : last.equals("x0") ? "sample" : "epsilon",
          Integer.parseInt(parts[parts.length - 1]));
    }

    Scheduler solver() {
      return Schedulers.create(
          SolverFixture.config(Map.of("prediction_type", predicts)), kind, steps, eta);
    }

    float[] tensor(String what) {
      return GOLDEN.tensor(PREFIX + name + what).values();
    }

    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Case> golden() {
    return GOLDEN.names().stream()
        .filter(name -> name.startsWith(PREFIX) && name.endsWith(TABLE))
        .map(name -> name.substring(PREFIX.length(), name.length() - TABLE.length()))
        .sorted()
        .map(Case::of);
  }

  @Test
  void thereAreTwentyEightOfThem() {
    assertThat(golden()).hasSize(28);
  }

  @ParameterizedTest
  @MethodSource("golden")
  void visitsTheTimestepsOfTheTable(Case golden) {
    Scheduler solver = golden.solver();
    float[] table = golden.tensor(TABLE); // (steps, 4): t, a, b, c

    assertThat(solver.steps()).isEqualTo(golden.steps());
    for (int step = 0; step < solver.steps(); step++) {
      assertThat(solver.timestep(step)).isEqualTo(table[4 * step]);
    }
    for (int step = 0; step < solver.steps(); step++) {
      boolean drawsNothing = table[4 * step + 3] == 0;
      assertThat(drawsNothing || solver.isStochastic()).isTrue();
    }
  }

  @ParameterizedTest
  @MethodSource("golden")
  void goesTheSameWay(Case golden) {
    Scheduler solver = golden.solver();
    float[] latent = golden.tensor(".start").clone();
    float[] normals = golden.tensor(".normals");
    StepNoise noise =
        (step, draw, out) -> System.arraycopy(normals, step * out.length, out, 0, out.length);
    SolverHistory history = new SolverHistory();

    for (int step = 0; step < solver.steps(); step++) {
      float[] prediction = part(golden.tensor(".predictions"), step, latent.length);
      solver.step(step, latent, prediction, history, noise);

      float[] expected = part(golden.tensor(".trajectory"), step, latent.length);
      double most = SolverFixture.distance(expected, new float[expected.length]);
      assertThat(SolverFixture.distance(latent, expected))
          .as("after step %d", step)
          .isLessThan(RELATIVE * most);
    }
  }

  private static float[] part(float[] all, int step, int length) {
    return Arrays.copyOfRange(all, step * length, (step + 1) * length);
  }
}
