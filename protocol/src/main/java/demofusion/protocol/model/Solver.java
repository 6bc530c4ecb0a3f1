package demofusion.protocol.model;

import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The solvers that there are, by the names of the command line. */
public enum Solver {
  DDIM("ddim", "DDIM", Takes.TIMESTEPS),
  EULER("euler", "Euler", Takes.ALL),
  EULER_ANCESTRAL("euler-ancestral", "Euler a", Takes.ALL),
  DPMPP_2M("dpmpp-2m", "DPM++ 2M", Takes.ALL, Spacing.KARRAS),
  DPMPP_2M_SDE("dpmpp-2m-sde", "DPM++ 2M SDE", Takes.ALL, Spacing.EXPONENTIAL),
  UNIPC("unipc", "UniPC", Takes.TIMESTEPS),
  LCM("lcm", "LCM", Takes.NONE);

  private enum Takes {
    NONE,
    TIMESTEPS,
    ALL
  }

  private final String label;
  private final String samplerName;
  private final Takes takes;
  private final @Nullable Spacing automatic;

  Solver(String label, String samplerName, Takes takes) {
    this(label, samplerName, takes, null);
  }

  Solver(String label, String samplerName, Takes takes, @Nullable Spacing automatic) {
    this.label = label;
    this.samplerName = samplerName;
    this.takes = takes;
    this.automatic = automatic;
  }

  /** What A1111's WebUI, its pictures and its clients call it. */
  public String samplerName() {
    return samplerName;
  }

  /** Those that may be asked for by name; LCM's timesteps are the distillation's. */
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

  @Override
  public String toString() {
    return label;
  }
}
