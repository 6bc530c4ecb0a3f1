package demofusion.coordinator.diffusion.fast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.FailureCode;
import demofusion.protocol.api.request.method.FastSettings;
import demofusion.protocol.model.LoraUse;
import demofusion.protocol.model.SchedulerConfig;
import demofusion.protocol.model.SchedulerKind;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RefinementTest {
  private static final SchedulerConfig SDXL =
      SchedulerConfig.fromJson(
          Map.of("_class_name", "EulerDiscreteScheduler", "beta_schedule", "scaled_linear"));

  /** Where the few-step model was distilled: its solver's kind says, or its LoRA's name. */
  @ParameterizedTest
  @CsvSource({
    "lcm, , , 259",
    "tcd, , , 259",
    "lightning, , , 249",
    "euler, , sdxl_lightning_4step_lora, 249",
    "euler, , LCM-LoRA-sdxl, 259",
    "euler, , Hyper-SDXL-1step-lora, 259",
    "euler, , Hyper-SDXL-8steps-lora, 249",
    "euler, tcd, some, 259",
    "lcm, lightning, sdxl_lightning_4step_lora, 249",
  })
  void beginsAtATimestepThatTheModelWasDistilledAt(
      SchedulerKind first, @Nullable SchedulerKind fast, @Nullable String lora, int timestep) {
    Refinement refinement = Refinement.of(settings(null, null, fast, lora), first, SDXL);

    assertThat(refinement.timestep()).isEqualTo(timestep);
    assertThat(refinement.isOneStep()).isTrue();
  }

  @Test
  void oneStepOfAModelWhoseKindNobodySaidNeedsNoSolver() {
    Refinement refinement =
        Refinement.of(settings(100, 1, null, "some"), SchedulerKind.EULER, SDXL);

    assertThat(refinement).isEqualTo(new Refinement(100, 1, null));
    assertThatThrownBy(() -> refinement.scheduler(SDXL, null))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void moreStepsAreTheFastSchedulers_orElseTheRequests() {
    SchedulerKind lightning = SchedulerKind.parse("lightning");
    SchedulerKind tcd = SchedulerKind.parse("tcd");

    Refinement own = Refinement.of(settings(null, 2, null, null), tcd, SDXL);
    Refinement other =
        Refinement.of(settings(null, 2, lightning, "some"), SchedulerKind.EULER, SDXL);

    assertThat(own).isEqualTo(new Refinement(259, 2, tcd));
    assertThat(other).isEqualTo(new Refinement(249, 2, lightning));
    assertThat(own.scheduler(SDXL, 0.0).isStochastic()).isFalse();
    assertThat(own.scheduler(SDXL, null).isStochastic()).isTrue();
    assertThat(other.scheduler(SDXL, null).timestep(1)).isEqualTo(124);
  }

  @ParameterizedTest
  @CsvSource({
    "lcm, 249, 1, the nearest are 239 and 259",
    "lcm, 259, 14, must be between 1 and 13",
    "lightning, 9, 11, must be between 1 and 10",
    "euler, 249, 2, cannot make refining steps; use lcm",
  })
  void refusesWhatTheKindCannotHave(SchedulerKind kind, int timestep, int steps, String words) {
    assertThatThrownBy(() -> Refinement.of(settings(timestep, steps, null, "some"), kind, SDXL))
        .isInstanceOfSatisfying(
            DemofusionException.class, e -> assertThat(e.code()).isEqualTo(FailureCode.BAD_REQUEST))
        .hasMessageContaining(words);
  }

  @Test
  void refusesModelsThatHaveNoSuchTimestep() {
    SchedulerConfig edm = SchedulerConfig.fromJson(Map.of("_class_name", "EDMEulerScheduler"));
    SchedulerConfig brief = SDXL.with("num_train_timesteps", 200);
    FastSettings fast = settings(null, null, null, "some");

    assertThatThrownBy(() -> Refinement.of(fast, SchedulerKind.parse("edm-euler"), edm))
        .hasMessageContaining("method fast")
        .hasMessageContaining("EDM");
    assertThatThrownBy(() -> Refinement.of(fast, SchedulerKind.EULER, brief))
        .hasMessage("fast timestep 249 must be below the model's timesteps, 200");
  }

  private static FastSettings settings(
      @Nullable Integer timestep,
      @Nullable Integer steps,
      @Nullable SchedulerKind scheduler,
      @Nullable String lora) {
    return new FastSettings(
        lora == null ? null : LoraUse.named(lora, 1, 1), null, timestep, steps, scheduler, null);
  }
}
