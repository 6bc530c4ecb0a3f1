package demofusion.coordinator.diffusion.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import demofusion.coordinator.diffusion.scheduler.step.NoiseMix;
import demofusion.coordinator.diffusion.scheduler.step.Scheduler;
import demofusion.coordinator.diffusion.scheduler.step.SolverHistory;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.FailureCode;
import demofusion.protocol.model.SchedulerConfig;
import demofusion.protocol.model.SchedulerKind;
import demofusion.protocol.model.Solver;
import demofusion.protocol.model.Spacing;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Keys that only some of diffusers' classes know: honoured or refused there, nothing to the others.
 */
class FileKeysTest {
  private static final Map<String, Object> VELOCITY_TO_NOISE_ALONE =
      Map.of("prediction_type", "v_prediction", "rescale_betas_zero_snr", true);

  @ParameterizedTest
  @CsvSource({
    "thresholding, euler euler-ancestral heun dpm2 lms dpmpp-sde pndm lightning hyper-sd,"
        + " ddim dpmpp-2m dpmpp-2m-sde unipc lcm dpmpp-3m dpmpp-2s deis tcd",
    "clip_sample, euler euler-ancestral dpmpp-2m dpmpp-2m-sde unipc ddim dpm2 lms pndm, lcm heun"
        + " tcd",
    "use_lu_lambdas, ddim euler euler-ancestral dpmpp-2m dpmpp-2m-sde unipc lcm,",
    "use_beta_sigmas, ddim euler euler-ancestral dpmpp-2m dpmpp-2m-sde unipc lcm heun lms dpmpp-3m"
        + " pndm,",
    "use_exponential_sigmas, ddim euler euler-ancestral dpmpp-2m dpmpp-2m-sde unipc lcm,",
    "use_flow_sigmas, , ddim euler euler-ancestral dpmpp-2m dpmpp-2m-sde unipc lcm heun pndm deis",
  })
  void aKeyThatIsTrueCountsForThoseThatKnowIt(
      String key, @Nullable String drawing, @Nullable String refusing) {
    Map<String, Object> keys = Map.of(key, true);

    for (String solver : words(drawing)) {
      assertThatCode(() -> SolverFixture.solver(SchedulerKind.parse(solver), 5, keys))
          .as(solver)
          .doesNotThrowAnyException();
    }
    for (String solver : words(refusing)) {
      assertThatThrownBy(() -> SolverFixture.solver(SchedulerKind.parse(solver), 5, keys))
          .as(solver)
          .hasMessageContaining("scheduler_config.json: " + key + " true is not supported");
    }
  }

  private static String[] words(@Nullable String words) {
    return words == null ? new String[0] : words.split(" ", -1);
  }

  /** diffusers cuts such times to whole ones, and rounds Lu's. */
  @ParameterizedTest
  @CsvSource({
    "use_exponential_sigmas, euler, exponential",
    "use_beta_sigmas, euler, beta",
    "use_exponential_sigmas, dpmpp-2m, exponential",
    "use_beta_sigmas, dpmpp-2m-sde, beta",
    "use_lu_lambdas, dpmpp-2m, exponential",
    "use_exponential_sigmas, unipc, exponential",
    "use_beta_sigmas, unipc, beta",
    "use_exponential_sigmas, dpmpp-3m, exponential",
    "use_lu_lambdas, dpmpp-3m, exponential",
    "use_beta_sigmas, deis, beta",
    "use_exponential_sigmas, dpmpp-2s, exponential",
    "use_beta_sigmas, heun, beta",
    "use_exponential_sigmas, lms, exponential",
    "use_exponential_sigmas, dpm2, exponential",
  })
  void noiseLevelsThatAFileAsksForAreDrawn(String key, SchedulerKind kind, String spacing) {
    Scheduler asked = SolverFixture.solver(kind, 11, Map.of(key, true));
    Scheduler named = SolverFixture.solver(SchedulerKind.parse("euler-" + spacing), 11, Map.of());

    for (int step = 0; step < 11; step++) {
      assertThat(asked.sigma(step)).isEqualTo(named.sigma(step));
      double time = named.timestep(step);
      double asWhole = asked.timestep(step);
      if (kind.solver().spacings().contains(Spacing.KARRAS)
          && kind.solver() != Solver.DPMPP_2M
          && kind.solver() != Solver.DPMPP_2M_SDE) {
        assertThat(asWhole).isEqualTo(time);
      } else if (key.equals("use_lu_lambdas")) {
        assertThat(asWhole).isEqualTo(Math.rint(time));
      } else {
        // The first is a little below 999, which a float does not show, and so 998: as there.
        assertThat(asWhole).isEqualTo(Math.max(0, Math.floor(time - 1e-4)));
      }
    }
  }

  @Test
  void onlyOneCurveMayBeAskedFor() {
    assertThatThrownBy(
            () ->
                SolverFixture.solver(
                    SchedulerKind.EULER,
                    5,
                    Map.of("use_beta_sigmas", true, "use_karras_sigmas", true)))
        .hasMessageContaining("use_beta_sigmas true is not supported; only one such key may be");
  }

  @ParameterizedTest
  @CsvSource({
    "DDIMScheduler, , , 1",
    "DDPMScheduler, , , 1",
    "DDIMScheduler, true, 0.5, 0.5",
    "EulerDiscreteScheduler, true, , 1",
    "DDIMScheduler, false, , 0",
    "EulerDiscreteScheduler, , , 0",
  })
  void ddimClipsWhereDiffusersDoes(
      String ownClass, @Nullable Boolean clips, @Nullable Double range, double bound) {
    Map<String, Object> keys = new HashMap<>(Map.of("_class_name", ownClass));
    if (clips != null) {
      keys.put("clip_sample", clips);
    }
    if (range != null) {
      keys.put("clip_sample_range", range);
    }
    Scheduler ddim = SolverFixture.solver(SchedulerKind.DDIM, 5, keys);
    float[] latent = {3, -3, 0.1f};
    float[] noise = {-0.5f, 0.5f, 0};
    double[] expected = new double[3];
    for (int n = 0; n < 3; n++) {
      double sigma = ddim.sigma(3);
      double clean = latent[n] * Math.sqrt(1 + sigma * sigma) - sigma * noise[n];
      double kept = bound == 0 ? clean : Math.max(-bound, Math.min(bound, clean));
      double after = ddim.sigma(4);
      expected[n] = (kept + after * noise[n]) / Math.sqrt(1 + after * after);
    }

    ddim.step(3, latent, noise, new SolverHistory(), null);

    for (int n = 0; n < 3; n++) {
      assertThat((double) latent[n]).isCloseTo(expected[n], within(1e-5));
    }
  }

  @Test
  void noiseAloneNeedsAModelThatPredictsMoreThanNoise() {
    Map<String, Object> noise = Map.of("rescale_betas_zero_snr", true, "steps_offset", 0);

    assertThat(SolverFixture.solver(SchedulerKind.DDIM, 5, noise).timestep(0)).isEqualTo(800);
    assertThatThrownBy(() -> SolverFixture.solver(SchedulerKind.parse("ddim-trailing"), 5, noise))
        .hasMessageContaining("rescale_betas_zero_snr true is not supported; where the model")
        .hasMessageContaining("such models predict v_prediction");
    assertThatCode(
            () ->
                SolverFixture.solver(
                    SchedulerKind.parse("ddim-trailing"), 5, VELOCITY_TO_NOISE_ALONE))
        .doesNotThrowAnyException();
  }

  @Test
  void noiseAloneBeginsPhasesWithNoiseAlone() {
    Scheduler ddim =
        SolverFixture.solver(SchedulerKind.parse("ddim-trailing"), 5, VELOCITY_TO_NOISE_ALONE);
    Scheduler euler =
        SolverFixture.solver(SchedulerKind.parse("euler-karras"), 5, VELOCITY_TO_NOISE_ALONE);

    assertThat(ddim.noiseMix(0)).isEqualTo(new NoiseMix(0, 1));
    assertThat(euler.sigma(0)).isCloseTo(4096, within(1.0));
  }

  @Test
  void aModelOfContinuousTimesIsRefused_whateverTheSolver() {
    Map<String, Object> cosXl =
        Map.of(
            "timestep_type",
            "continuous",
            "prediction_type",
            "v_prediction",
            "sigma_max",
            120.0,
            "sigma_min",
            0.002);

    assertThatThrownBy(() -> SolverFixture.solver(SchedulerKind.DDIM, 5, cosXl))
        .hasMessageContaining("timestep_type \"continuous\" is not supported")
        .hasMessageContaining("CosXL");
  }

  @Test
  void theFoldersOwnSolverIsRefusedWithThoseThatWouldDo() {
    SchedulerConfig third =
        SolverFixture.config(Map.of("_class_name", "UniPCMultistepScheduler", "solver_order", 3));
    SchedulerConfig foreign = SolverFixture.config(Map.of("_class_name", "IPNDMScheduler"));

    assertThatThrownBy(() -> Schedulers.requireOwn(third))
        .isInstanceOfSatisfying(
            DemofusionException.class, e -> assertThat(e.code()).isEqualTo(FailureCode.BAD_MODEL))
        .hasMessage(
            "scheduler_config.json: solver_order 3 is not supported; it must be a whole number"
                + " between 1 and 2; or pass --scheduler with one of ddim, euler, euler-ancestral,"
                + " lcm, heun, dpm2, dpm2-ancestral, lms, dpmpp-2s-ancestral, dpmpp-sde, dpmpp-3m,"
                + " dpmpp-3m-sde, pndm, tcd, lightning, turbo, hyper-sd");
    assertThatThrownBy(() -> Schedulers.requireOwn(foreign))
        .hasMessage(
            "scheduler_config.json: _class_name IPNDMScheduler is not supported; pass --scheduler"
                + " with one of ddim, euler, euler-ancestral, dpmpp-2m, dpmpp-2m-sde, unipc, lcm,"
                + " heun, dpm2, dpm2-ancestral, lms, dpmpp-2s-ancestral, dpmpp-sde, dpmpp-3m,"
                + " dpmpp-3m-sde, dpmpp-2s, pndm, deis, tcd, lightning, turbo, hyper-sd");
  }
}
