package demofusion.coordinator.diffusion.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import demofusion.coordinator.diffusion.scheduler.step.Scheduler;
import demofusion.coordinator.diffusion.scheduler.step.SolverHistory;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.FailureCode;
import demofusion.protocol.model.SchedulerConfig;
import demofusion.protocol.model.SchedulerKind;
import demofusion.protocol.model.Solver;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class SchedulersTest {
  /** Each solver's class has a spacing of its own for files that say nothing. */
  @ParameterizedTest
  @CsvSource({
    "ddim, 750 500 250 0",
    "euler, 999 666 333 0",
    "euler-ancestral, 999 666 333 0",
    "dpmpp-2m, 999 749 500 250",
    "dpmpp-3m, 999 749 500 250",
    "dpmpp-2s, 999 749 500 250",
    "deis, 999 749 500 250",
    "heun, 999 666 333 0",
    "dpm2, 999 666 333 0",
    "dpm2-ancestral, 999 666 333 0",
    "lms, 999 666 333 0",
    "dpmpp-2s-ancestral, 999 666 333 0",
    "dpmpp-sde, 999 666 333 0",
    "dpmpp-3m-sde, 999 666 333 0",
    "pndm, 750 500 250 0",
    "tcd, 999 759 499 259",
    "lightning, 999 749 499 249",
    "turbo, 999 749 499 249",
    "hyper-sd, 999 749 499 249",
    "unipc, 999 749 500 250",
    "lcm, 999 759 499 259",
  })
  void anEmptyFileTakesTheDefaultsOfTheSolversClass(SchedulerKind kind, String timesteps) {
    Scheduler solver = Schedulers.create(SchedulerConfig.fromJson(Map.of()), kind, 4);

    assertThat(timesteps(solver)).isEqualTo(timesteps);
  }

  @Test
  void anEmptyFileHasTheLinearBetasOfDiffusers_butLcmTheScaledOnes() {
    SchedulerConfig empty = SchedulerConfig.fromJson(Map.of());

    Scheduler euler = Schedulers.create(empty, SchedulerKind.EULER, 4);
    Scheduler lcm = Schedulers.create(empty, SchedulerKind.LCM, 4);

    assertThat(euler.sigma(0)).isCloseTo(157.4, within(0.1));
    assertThat(lcm.sigma(0)).isCloseTo(14.6146, within(0.001));
  }

  @Test
  void sharedKeysCarryOver_whenAnotherSolverIsChosen() {
    SchedulerConfig euler =
        SolverFixture.config(
            Map.of(
                "_class_name", "EulerDiscreteScheduler",
                "timestep_spacing", "leading",
                "steps_offset", 1));

    assertThat(timesteps(Schedulers.create(euler, SchedulerKind.DDIM, 4)))
        .isEqualTo("751 501 251 1");
    assertThat(timesteps(Schedulers.create(euler, SchedulerKind.DPMPP_2M, 4)))
        .isEqualTo("801 601 401 201");
  }

  @Test
  void theNameDecidesAboutKarrasAndNoise_whateverTheFileSays() {
    Map<String, Object> karras =
        Map.of("use_karras_sigmas", true, "algorithm_type", "sde-dpmsolver++");

    Scheduler plain = SolverFixture.solver(SchedulerKind.DPMPP_2M, 5, karras);
    Scheduler noisy = SolverFixture.solver(SchedulerKind.DPMPP_2M_SDE_KARRAS, 5, Map.of());

    assertThat(timesteps(plain)).isEqualTo("999 799 599 400 200");
    assertThat(plain.isStochastic()).isFalse();
    assertThat(timesteps(noisy)).isEqualTo("999 786 427 59 0");
    assertThat(noisy.isStochastic()).isTrue();
  }

  /** PNDM alone has no answer to that. */
  static Stream<SchedulerKind> ofOneStep() {
    return SolverFixture.kinds().filter(kind -> kind.solver() != Solver.PNDM);
  }

  @ParameterizedTest
  @MethodSource("ofOneStep")
  void oneStepIsEnoughForAnySolver(SchedulerKind kind) {
    Scheduler solver = SolverFixture.solver(kind, 1, Map.of("timestep_spacing", "trailing"));
    float[] latent = {1};

    solver.step(0, latent, new float[] {0.5f}, new SolverHistory(), SolverFixture.NOISE);

    assertThat(latent[0]).isFinite();
  }

  @ParameterizedTest
  @MethodSource("demofusion.coordinator.diffusion.scheduler.SolverFixture#kinds")
  void refusesMoreStepsThanTheModelHasTimesteps(SchedulerKind kind) {
    assertThatThrownBy(() -> SolverFixture.solver(kind, 1001, Map.of()))
        .isInstanceOfSatisfying(
            DemofusionException.class, e -> assertThat(e.code()).isEqualTo(FailureCode.BAD_REQUEST))
        .hasMessage("steps 1001 must be between 1 and 1000");
  }

  @Test
  void refusesMoreStepsThanLcmWasDistilledOn() {
    assertThatThrownBy(() -> SolverFixture.solver(SchedulerKind.LCM, 51, Map.of()))
        .hasMessage(
            "steps 51 must be at most 50 with lcm, the model's original_inference_steps; 4 to 8"
                + " is usual");
  }

  @ParameterizedTest
  @CsvSource({
    "ddim, leading, is beyond the model's last",
    "dpmpp-2m, leading, must be at most 999",
    "unipc, linspace, repeat a noise level",
  })
  void refusesStepsThatTheSpacingCannotHold(SchedulerKind kind, String spacing, String words) {
    Map<String, Object> keys = Map.of("timestep_spacing", spacing, "steps_offset", 1);

    assertThatThrownBy(() -> SolverFixture.solver(kind, 1000, keys))
        .isInstanceOfSatisfying(
            DemofusionException.class, e -> assertThat(e.code()).isEqualTo(FailureCode.BAD_REQUEST))
        .hasMessageContaining(words);
  }

  @ParameterizedTest
  @CsvSource({
    "euler, interpolation_type, log_linear",
    "euler, timestep_type, continuous",
    "euler, timestep_spacing, even",
    "euler, final_sigmas_type, one",
    "dpmpp-2m, use_flow_sigmas, true",
    "dpmpp-2m, solver_type, rk4",
    "dpmpp-2m, lambda_min_clipped, -1",
    "unipc, solver_type, bh3",
    "unipc, predict_x0, false",
    "unipc, solver_p, DPMSolver",
    "unipc, use_flow_sigmas, true",
  })
  void refusesAKeyThatItDoesNotSupport_namingKeyAndValue(
      SchedulerKind kind, String key, String text) {
    Object value = text.equals("-1") ? (Object) (-1.0) : text;
    Object typed = text.equals("true") || text.equals("false") ? Boolean.valueOf(text) : value;

    assertThatThrownBy(() -> SolverFixture.solver(kind, 5, Map.of(key, typed)))
        .isInstanceOfSatisfying(
            DemofusionException.class, e -> assertThat(e.code()).isEqualTo(FailureCode.BAD_MODEL))
        .hasMessageStartingWith("scheduler_config.json: " + key)
        .hasMessageContaining(text);
  }

  @ParameterizedTest
  @CsvSource({
    "solver_order, 3, between 1 and 2",
    "num_train_timesteps, 0, between 1 and 100000",
    "num_train_timesteps, 2.5, between 1 and 100000",
    "beta_start, 1.5, between 0 and 1",
    "beta_end, 0.9, leave no signal",
    "sigma_max, -1, between 0 and 1000000",
    "sigma_max, 0.01, below sigma_min",
  })
  void refusesANumberOutOfItsBounds(String key, double value, String words) {
    assertThatThrownBy(
            () -> SolverFixture.solver(SchedulerKind.DPMPP_2M_KARRAS, 5, Map.of(key, value)))
        .isInstanceOf(DemofusionException.class)
        .hasMessageContaining(words);
  }

  @Test
  void trainedBetasReplaceTheFormula() {
    List<Double> betas = List.of(0.1, 0.2, 0.3, 0.4);
    Map<String, Object> keys = Map.of("trained_betas", betas, "num_train_timesteps", 4);

    Scheduler solver = SolverFixture.solver(SchedulerKind.EULER, 4, keys);

    double alphaBar = 0.9 * 0.8 * 0.7 * 0.6;
    assertThat(solver.sigma(0)).isCloseTo(Math.sqrt((1 - alphaBar) / alphaBar), within(1e-6));
    assertThatThrownBy(
            () -> SolverFixture.solver(SchedulerKind.EULER, 4, Map.of("trained_betas", betas)))
        .hasMessageContaining("trained_betas with 4 values")
        .hasMessageContaining("num_train_timesteps = 1000");
  }

  @Test
  void cosineBetasEndInNearlyPureNoise() {
    Map<String, Object> keys = Map.of("beta_schedule", "squaredcos_cap_v2");

    Scheduler solver = SolverFixture.solver(SchedulerKind.EULER, 3, keys);

    assertThat(solver.sigma(0)).isGreaterThan(1000);
    assertThat(solver.sigma(1)).isCloseTo(1.0, within(0.03)); // half way ᾱ is a half
  }

  @Test
  void sigmaMinEndsAtTheModelsOwnLowestLevel() {
    Map<String, Object> keys = Map.of("final_sigmas_type", "sigma_min");

    for (SchedulerKind kind :
        List.of(SchedulerKind.EULER, SchedulerKind.DPMPP_2M_KARRAS, SchedulerKind.UNIPC)) {
      Scheduler solver = SolverFixture.solver(kind, 20, keys);
      float[] latent = {1};
      SolverHistory history = new SolverHistory();
      for (int step = 0; step < 20; step++) {
        solver.step(step, latent, new float[] {0.1f}, history, null);
      }

      assertThat(solver.sigma(20)).isCloseTo(0.0292, within(1e-4));
      assertThat(latent[0]).isFinite();
    }
  }

  @ParameterizedTest
  @CsvSource({"14, true", "15, false"})
  void theLastOfFewStepsIsOfFirstOrder_whereTheTrajectoryEndsAboveZero(
      int steps, boolean isFirstOrder) {
    Map<String, Object> usual = Map.of("final_sigmas_type", "sigma_min");
    Map<String, Object> euler = Map.of("final_sigmas_type", "sigma_min", "euler_at_final", true);

    boolean isSame = run(usual, steps) == run(euler, steps);

    assertThat(isSame).isEqualTo(isFirstOrder);
  }

  private static float run(Map<String, Object> keys, int steps) {
    Scheduler solver = SolverFixture.solver(SchedulerKind.DPMPP_2M, steps, keys);
    float[] latent = {1};
    SolverHistory history = new SolverHistory();
    for (int step = 0; step < steps; step++) {
      solver.step(step, latent, SolverFixture.normals(1, step), history, null);
    }
    return latent[0];
  }

  @Test
  void ddimEndsWhereItsStrideLeads_notAtZero() {
    Map<String, Object> keys = Map.of("timestep_spacing", "trailing");

    Scheduler solver = SolverFixture.solver(SchedulerKind.DDIM, 7, keys);

    assertThat(solver.timestep(6)).isEqualTo(142); // and 142 is the stride: 1000 / 7
    assertThat(solver.sigma(7)).isCloseTo(0.0292, within(1e-4));
  }

  private static String timesteps(Scheduler solver) {
    StringBuilder text = new StringBuilder();
    for (int step = 0; step < solver.steps(); step++) {
      text.append(step == 0 ? "" : " ").append(Math.round(solver.timestep(step)));
    }
    return text.toString();
  }
}
