package demofusion.protocol.api.request.method;

import demofusion.protocol.Range;
import demofusion.protocol.model.LoraUse;
import demofusion.protocol.model.SchedulerKind;
import org.jspecify.annotations.Nullable;

/**
 * Fast mode (modes section 6).
 *
 * @param lora that makes the model a few-step one in upscaling phases; null: the model is one
 * @param inversion null: ddim
 * @param timestep K, which the phases begin at; null: 249, with LCM and TCD 259
 * @param steps refining steps of a phase; null: 1
 * @param scheduler of refining steps; null: the request's
 * @param injection λ, the prediction's weight against new noise; null: {@value #STANDARD_INJECTION}
 */
public record FastSettings(
    @Nullable LoraUse lora,
    @Nullable Inversion inversion,
    @Nullable Integer timestep,
    @Nullable Integer steps,
    @Nullable SchedulerKind scheduler,
    @Nullable Double injection) {
  public static final double STANDARD_INJECTION = 0.95;
  public static final Range TIMESTEP = new Range("fast timestep", 1, 498);
  public static final Range STEPS = new Range("fast steps", 1, 50);
  public static final Range INJECTION = new Range("injection", 0.0, 1.0, true);

  public static final FastSettings SILENT = new FastSettings(null, null, null, null, null, null);

  public FastSettings {
    if (timestep != null) {
      TIMESTEP.require(timestep);
    }
    if (steps != null) {
      STEPS.require(steps);
    }
    if (injection != null) {
      INJECTION.require(injection);
    }
  }

  /** The same with another LoRA, or the same one looked up. */
  public FastSettings withLora(@Nullable LoraUse other) {
    return new FastSettings(other, inversion, timestep, steps, scheduler, injection);
  }

  public Inversion inversionOrStandard() {
    return inversion == null ? Inversion.DDIM : inversion;
  }

  public int stepsOrStandard() {
    return steps == null ? 1 : steps;
  }

  public double injectionOrStandard() {
    return injection == null ? STANDARD_INJECTION : injection;
  }
}
