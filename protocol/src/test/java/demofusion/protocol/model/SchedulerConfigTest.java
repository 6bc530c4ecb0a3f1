package demofusion.protocol.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.FailureCode;
import demofusion.protocol.GoldenData;
import java.io.File;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SchedulerConfigTest {
  @Test
  void readsTheTinyModelsFile() throws IOException {
    File file = GoldenData.tinySdxl().resolve("scheduler/scheduler_config.json").toFile();

    SchedulerConfig config =
        SchedulerConfig.fromJson(new ObjectMapper().readValue(file, new TypeReference<>() {}));

    assertThat(config.kind()).isEqualTo(SchedulerKind.EULER);
    assertThat(config.integer("steps_offset", 0, 0, 999)).isEqualTo(1);
    assertThat(config.number("beta_end", 0)).isEqualTo(0.012);
    assertThat(config.numbers("trained_betas")).isEmpty(); // null in the file
  }

  @ParameterizedTest
  @CsvSource({
    "DDIMScheduler, false, dpmsolver++, ddim",
    "EulerDiscreteScheduler, true, dpmsolver++, euler",
    "EulerAncestralDiscreteScheduler, false, dpmsolver++, euler-ancestral",
    "DPMSolverMultistepScheduler, false, dpmsolver++, dpmpp-2m",
    "DPMSolverMultistepScheduler, true, dpmsolver++, dpmpp-2m-karras",
    "DPMSolverMultistepScheduler, false, deis, dpmpp-2m",
    "DPMSolverMultistepScheduler, false, sde-dpmsolver++, dpmpp-2m-sde",
    "DPMSolverMultistepScheduler, true, sde-dpmsolver++, dpmpp-2m-sde-karras",
    "UniPCMultistepScheduler, false, dpmsolver++, unipc",
    "LCMScheduler, false, dpmsolver++, lcm",
    "HeunDiscreteScheduler, true, dpmsolver++, heun",
    "KDPM2DiscreteScheduler, false, dpmsolver++, dpm2",
    "KDPM2AncestralDiscreteScheduler, false, dpmsolver++, dpm2-ancestral",
    "LMSDiscreteScheduler, true, dpmsolver++, lms",
    "DPMSolverSinglestepScheduler, true, dpmsolver++, dpmpp-2s",
    "PNDMScheduler, false, dpmsolver++, pndm",
    "DEISMultistepScheduler, false, deis, deis",
    "TCDScheduler, false, dpmsolver++, tcd",
    "EDMEulerScheduler, false, dpmsolver++, edm-euler",
    "EDMDPMSolverMultistepScheduler, false, dpmsolver++, edm-dpmpp-2m",
  })
  void knowsDiffusersClasses(
      String name, boolean karras, String algorithm, SchedulerKind expected) {
    SchedulerConfig config =
        SchedulerConfig.fromJson(
            Map.of("_class_name", name, "use_karras_sigmas", karras, "algorithm_type", algorithm));

    assertThat(config.kind()).isEqualTo(expected);
  }

  @Test
  void anUnknownSolverIsRefusedLate_sinceAnotherMayReplaceIt() {
    SchedulerConfig config = SchedulerConfig.fromJson(Map.of("_class_name", "IPNDMScheduler"));

    assertThat(config.withKind(SchedulerKind.DDIM).kind()).isEqualTo(SchedulerKind.DDIM);
    assertThatThrownBy(config::kind)
        .isInstanceOfSatisfying(
            DemofusionException.class, e -> assertThat(e.code()).isEqualTo(FailureCode.BAD_MODEL))
        .hasMessageContaining("_class_name IPNDMScheduler is not supported; pass --scheduler")
        .hasMessageContaining("euler-ancestral");
  }

  @Test
  void anUnknownAlgorithmAndAMissingClassAreRefusedLateToo() {
    SchedulerConfig old =
        SchedulerConfig.fromJson(
            Map.of("_class_name", "DPMSolverMultistepScheduler", "algorithm_type", "dpmsolver"));
    SchedulerConfig nameless = SchedulerConfig.fromJson(Map.of());

    assertThatThrownBy(old::kind).hasMessageContaining("with algorithm_type dpmsolver is not");
    assertThatThrownBy(nameless::kind).hasMessageContaining("a missing _class_name is not");
  }

  @Test
  void anOrderOfThreeIsASolverOfItsOwn() {
    Map<String, Object> third =
        Map.of("_class_name", "DPMSolverMultistepScheduler", "solver_order", 3);

    assertThat(SchedulerConfig.fromJson(third).kind()).hasToString("dpmpp-3m");
  }

  @ParameterizedTest
  @ValueSource(strings = {"FlowMatchEulerDiscreteScheduler", "FlowMatchHeunDiscreteScheduler"})
  void refusesModelsOfAnotherDiffusion(String name) {
    assertThatThrownBy(() -> SchedulerConfig.fromJson(Map.of("_class_name", name)))
        .isInstanceOf(DemofusionException.class)
        .hasMessageContaining("_class_name " + name + " is not supported");
  }

  /** Keys of one solver or another are looked at when one is chosen. */
  @ParameterizedTest
  @ValueSource(strings = {"clip_sample", "thresholding", "rescale_betas_zero_snr"})
  void readsWhatOnlySomeSolversKnow(String key) {
    assertThat(SchedulerConfig.fromJson(Map.of(key, true)).flag(key, false)).isTrue();
  }

  @Test
  void nullIsFalse_whereAbsentIsTrue() {
    Map<String, @Nullable Object> json = new HashMap<>();
    json.put("clip_sample", null);
    json.put("steps_offset", null);

    SchedulerConfig config = SchedulerConfig.fromJson(json);

    assertThat(config.flag("clip_sample", true)).isFalse();
    assertThat(config.flag("set_alpha_to_one", true)).isTrue();
    assertThat(config.integer("steps_offset", 7, 0, 9)).isEqualTo(7);
  }

  @Test
  void refusesAModelOfFlows() {
    assertThatThrownBy(() -> SchedulerConfig.fromJson(Map.of("use_flow_sigmas", true)))
        .isInstanceOfSatisfying(
            DemofusionException.class, e -> assertThat(e.code()).isEqualTo(FailureCode.BAD_MODEL))
        .hasMessageContaining("use_flow_sigmas true is not supported; a model that is trained on");
  }

  @ParameterizedTest
  @CsvSource({
    "prediction_type, flow_prediction, epsilon",
    "beta_schedule, sigmoid, squaredcos_cap_v2",
    "variance_type, learned_range, variance",
    "timestep_type, continuous, CosXL",
  })
  void refusesATrainingThatItDoesNotKnow(String key, String value, String supported) {
    assertThatThrownBy(() -> SchedulerConfig.fromJson(Map.of(key, value)))
        .isInstanceOf(DemofusionException.class)
        .hasMessageContaining(key)
        .hasMessageContaining(value)
        .hasMessageContaining(supported);
  }

  @Test
  void refusesAValueOfTheWrongType_namingTheKey() {
    SchedulerConfig config =
        SchedulerConfig.fromJson(
            Map.of(
                "steps_offset",
                "one",
                "beta_start",
                List.of(1),
                "timestep_spacing",
                3,
                "use_karras_sigmas",
                "yes",
                "trained_betas",
                List.of(0.1, "b"),
                "disable_corrector",
                7));

    assertThatThrownBy(() -> config.integer("steps_offset", 0, 0, 9))
        .hasMessageContaining("steps_offset one is not supported; it must be a number");
    assertThatThrownBy(() -> config.number("beta_start", 0)).hasMessageContaining("beta_start");
    assertThatThrownBy(() -> config.text("timestep_spacing", ""))
        .hasMessageContaining("timestep_spacing 3 is not supported; it must be a text");
    assertThatThrownBy(() -> config.flag("use_karras_sigmas", false))
        .hasMessageContaining("it must be true or false");
    assertThatThrownBy(() -> config.numbers("trained_betas")).hasMessageContaining("b is not");
    assertThatThrownBy(() -> config.numbers("disable_corrector"))
        .hasMessageContaining("a list of numbers");
  }

  @Test
  void aWrongTypeOfTheFilesOwnSolverIsABadModel() {
    assertThatThrownBy(() -> SchedulerConfig.fromJson(Map.of("_class_name", 5)))
        .isInstanceOf(DemofusionException.class)
        .hasMessageContaining("_class_name 5");
  }
}
