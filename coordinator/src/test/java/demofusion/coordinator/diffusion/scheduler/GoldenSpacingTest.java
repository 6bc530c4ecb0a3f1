package demofusion.coordinator.diffusion.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import demofusion.coordinator.diffusion.scheduler.step.Scheduler;
import demofusion.protocol.GoldenData;
import demofusion.protocol.model.SchedulerConfig;
import demofusion.protocol.model.SchedulerKind;
import java.io.IOException;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every spacing of noise levels as WebUI has it, by Forge's and k-diffusion's own code. */
class GoldenSpacingTest {
  private static final double SIGMA = 2e-5;
  private static final double TIMESTEP = 2e-3;

  /** One entry of spacings.json: SPACING.STEPS. */
  record Golden(String name, JsonNode sigmas, JsonNode timesteps) {
    String spacing() {
      return name.substring(0, name.indexOf('.')).replace("-sd15", "");
    }

    /** One table is another family's. */
    String family() {
      return name.startsWith("ays-sd15") ? "sd" : "sdxl";
    }

    Scheduler of(String solver) {
      return SolverFixture.solver(
          SchedulerKind.parse(solver + "-" + spacing()),
          Integer.parseInt(name.substring(name.indexOf('.') + 1)),
          // What a folder says of noise levels must not count.
          Map.of(
              SchedulerConfig.FAMILY,
              family(),
              "timestep_spacing",
              "leading",
              "steps_offset",
              1,
              "use_karras_sigmas",
              true,
              "final_sigmas_type",
              "sigma_min"));
    }

    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Golden> golden() throws IOException {
    return new ObjectMapper()
            .readTree(GoldenData.path("models/spacings.json").toFile())
            .get("cases")
            .properties()
            .stream()
            .map(
                entry ->
                    new Golden(
                        entry.getKey(),
                        entry.getValue().get("sigmas"),
                        entry.getValue().get("timesteps")));
  }

  @ParameterizedTest
  @MethodSource("golden")
  void eulerVisitsTheNoiseLevelsAtTheirTimes(Golden golden) {
    Scheduler euler = golden.of("euler");

    visitsTheNoiseLevels(euler, golden);
    for (int step = 0; step < euler.steps(); step++) {
      double time = golden.timesteps().get(step).asDouble();
      assertThat((double) euler.timestep(step)).isCloseTo(time, within(TIMESTEP));
    }
    assertThat((double) euler.initNoiseSigma())
        .isCloseTo(golden.sigmas().get(0).asDouble(), within(1e-3));
  }

  @ParameterizedTest
  @MethodSource("golden")
  void dpmSolversVisitThemAtWholeTimes(Golden golden) {
    Scheduler dpm = golden.of("dpmpp-2m-sde");
    if (!golden.spacing().equals("karras")) { // which is the folder's own key, with all its others
      visitsTheNoiseLevels(dpm, golden);
      assertThat(dpm.initNoiseSigma() / dpm.noiseMix(0).signal())
          .isCloseTo(golden.sigmas().get(0).floatValue(), within(1e-3f));
    }

    for (int step = 0; step < dpm.steps(); step++) {
      double time = golden.timesteps().get(step).asDouble();
      assertThat((double) dpm.timestep(step)).isCloseTo(time, within(0.5 + TIMESTEP));
      assertThat(dpm.timestep(step)).isEqualTo((float) Math.rint(dpm.timestep(step)));
    }
  }

  private static void visitsTheNoiseLevels(Scheduler solver, Golden golden) {
    assertThat(solver.steps()).isEqualTo(golden.timesteps().size());
    for (int step = 0; step <= solver.steps(); step++) {
      double sigma = golden.sigmas().get(step).asDouble();
      assertThat(solver.sigma(step)).as("σ %s", step).isCloseTo(sigma, within(SIGMA * sigma));
    }
  }

  @Test
  void oneStepBeginsWithAllTheNoise() {
    for (String spacing : new String[] {"karras", "exponential", "beta", "normal", "ays"}) {
      Scheduler euler = SolverFixture.solver(SchedulerKind.parse("euler-" + spacing), 1, Map.of());

      assertThat(euler.sigma(0)).as(spacing).isCloseTo(14.6146, within(1e-3));
      assertThat(euler.sigma(1)).isZero();
    }
  }
}
