package demofusion.coordinator.diffusion.scheduler.level;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.model.SchedulerConfig;
import java.util.Locale;

/**
 * Which of the training's timesteps a trajectory visits, from noise to picture (Lin et al. 2023,
 * table 2). The multistep solvers of the DPM family space one step more than they take and leave
 * out the last, so that they never visit the cleanest timestep.
 */
public enum TimestepSpacing {
  LINSPACE {
    @Override
    public double[] timesteps(int trained, int steps, int offset) {
      double stride = steps == 1 ? 0 : (trained - 1) / (double) (steps - 1);
      return descending(steps, n -> n > 0 && n == steps - 1 ? trained - 1 : n * stride);
    }

    @Override
    public double[] timestepsAboveTheLast(int trained, int steps, int offset) {
      double stride = (trained - 1) / (double) steps;
      return descending(steps, n -> n == steps - 1 ? trained - 1 : Math.rint((n + 1) * stride));
    }
  },

  LEADING {
    @Override
    public double[] timesteps(int trained, int steps, int offset) {
      int stride = trained / steps;
      return descending(steps, n -> n * stride + offset);
    }

    @Override
    public double[] timestepsAboveTheLast(int trained, int steps, int offset) {
      int stride = trained / (steps + 1);
      if (stride == 0) {
        throw DemofusionException.badRequest(
            "steps " + steps + " must be at most " + (trained - 1) + " with this scheduler");
      }
      return descending(steps, n -> (n + 1) * stride + offset);
    }
  },

  TRAILING {
    @Override
    public double[] timesteps(int trained, int steps, int offset) {
      // numpy's arange adds multiples of its first difference, rounding and all.
      double stride = trained - (trained - trained / (double) steps);
      return descending(steps, n -> Math.rint(trained - (steps - 1 - n) * stride) - 1);
    }

    @Override
    public double[] timestepsAboveTheLast(int trained, int steps, int offset) {
      return timesteps(trained, steps, offset);
    }
  };

  /** The file's timestep_spacing, or the default of the solver's class. */
  public static TimestepSpacing of(SchedulerConfig config, TimestepSpacing fallback) {
    String name =
        config.choice("timestep_spacing", fallback.toString(), "linspace", "leading", "trailing");
    return valueOf(name.toUpperCase(Locale.ROOT));
  }

  /** One timestep per step, fractional where the spacing is; offset: the file's steps_offset. */
  public abstract double[] timesteps(int trained, int steps, int offset);

  /** The same for the DPM family: whole timesteps, the cleanest of one more left out. */
  public abstract double[] timestepsAboveTheLast(int trained, int steps, int offset);

  private interface Rising {
    double timestep(int rank);
  }

  private static double[] descending(int steps, Rising rising) {
    double[] timesteps = new double[steps];
    for (int n = 0; n < steps; n++) {
      timesteps[steps - 1 - n] = rising.timestep(n);
    }
    return timesteps;
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
