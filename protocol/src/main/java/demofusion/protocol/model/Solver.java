package demofusion.protocol.model;

import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The solvers that there are, by the names of the command line. */
public enum Solver {
  DDIM("ddim", "DDIM", Takes.TIMESTEPS),
  EULER("euler", "Euler", Takes.ALL),
  EULER_ANCESTRAL("euler-ancestral", "Euler a", Takes.ALL),
  DPMPP_2M("dpmpp-2m", "DPM++ 2M", Takes.ALL, Asks.ONCE, Spacing.KARRAS),
  DPMPP_2M_SDE("dpmpp-2m-sde", "DPM++ 2M SDE", Takes.ALL, Asks.ONCE, Spacing.EXPONENTIAL),
  UNIPC("unipc", "UniPC", Takes.TIMESTEPS),
  LCM("lcm", "LCM", Takes.NONE),
  HEUN("heun", "Heun", Takes.ALL, Asks.TWICE, null),
  DPM2("dpm2", "DPM2", Takes.ALL, Asks.TWICE, Spacing.KARRAS),
  DPM2_ANCESTRAL("dpm2-ancestral", "DPM2 a", Takes.ALL, Asks.TWICE, Spacing.KARRAS),
  LMS("lms", "LMS", Takes.ALL),
  DPMPP_2S_ANCESTRAL("dpmpp-2s-ancestral", "DPM++ 2S a", Takes.ALL, Asks.TWICE, Spacing.KARRAS),
  DPMPP_SDE("dpmpp-sde", "DPM++ SDE", Takes.ALL, Asks.TWICE, Spacing.KARRAS),
  DPMPP_3M("dpmpp-3m", "DPM++ 3M", Takes.TIMESTEPS),
  DPMPP_3M_SDE("dpmpp-3m-sde", "DPM++ 3M SDE", Takes.ALL, Asks.ONCE, Spacing.EXPONENTIAL),
  DPMPP_2S("dpmpp-2s", "DPM++ 2S", Takes.NONE),
  PNDM("pndm", "PLMS", Takes.TIMESTEPS, Asks.TWICE_AT_FIRST, null),
  DEIS("deis", "DEIS", Takes.TIMESTEPS),
  TCD("tcd", "TCD", Takes.NONE),
  LIGHTNING("lightning", "Lightning", Takes.NONE),
  TURBO("turbo", "Turbo", Takes.NONE),
  HYPER_SD("hyper-sd", "Hyper-SD", Takes.NONE),
  EDM_EULER("edm-euler", "EDM Euler", Takes.NONE),
  EDM_DPMPP_2M("edm-dpmpp-2m", "EDM DPM++ 2M", Takes.NONE);

  private enum Takes {
    NONE,
    TIMESTEPS,
    ALL
  }

  /** How often a step asks the model; the last step of a phase, which ends in the picture, once. */
  private enum Asks {
    ONCE,
    TWICE,
    TWICE_AT_FIRST
  }

  private final String label;
  private final String samplerName;
  private final Takes takes;
  private final Asks asks;
  private final @Nullable Spacing automatic;

  Solver(String label, String samplerName, Takes takes) {
    this(label, samplerName, takes, Asks.ONCE, null);
  }

  Solver(String label, String samplerName, Takes takes, Asks asks, @Nullable Spacing automatic) {
    this.label = label;
    this.samplerName = samplerName;
    this.takes = takes;
    this.asks = asks;
    this.automatic = automatic;
  }

  /** What A1111's WebUI, its pictures and its clients call it, or would. */
  public String samplerName() {
    return samplerName;
  }

  /**
   * Those that may be asked for by name; the timesteps of few-step models are the distillation's.
   */
  public Set<Spacing> spacings() {
    return switch (takes) {
      case NONE -> EnumSet.noneOf(Spacing.class);
      case TIMESTEPS -> EnumSet.range(Spacing.TRAILING, Spacing.LINSPACE);
      case ALL -> EnumSet.allOf(Spacing.class);
    };
  }

  /** What WebUI since 1.9 takes for its schedule type Automatic; null: the solver's own. */
  public @Nullable Spacing automatic() {
    return automatic;
  }

  /** Whether it is one for models that were distilled to few steps. */
  public boolean isOfFewSteps() {
    return switch (this) {
      case LCM, TCD, LIGHTNING, TURBO, HYPER_SD -> true;
      default -> false;
    };
  }

  /** Whether its timesteps are some of those that consistency models are distilled at. */
  public boolean isOfConsistency() {
    return this == LCM || this == TCD;
  }

  /** Whether it draws with models that are told noise levels (EDM), and with no others. */
  public boolean isOfEdm() {
    return this == EDM_EULER || this == EDM_DPMPP_2M;
  }

  /**
   * How many evaluations of the model the first steps of a phase take.
   *
   * @param done at most steps
   * @param steps of the whole phase
   */
  public int evaluations(int done, int steps) {
    return switch (asks) {
      case ONCE -> done;
      case TWICE -> Math.min(2 * done, Math.max(0, 2 * steps - 1));
      case TWICE_AT_FIRST -> done > 0 && steps > 1 ? done + 1 : done;
    };
  }

  @Override
  public String toString() {
    return label;
  }
}
