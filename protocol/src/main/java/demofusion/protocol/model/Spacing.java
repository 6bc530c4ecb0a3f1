package demofusion.protocol.model;

import java.util.Locale;

/**
 * How a trajectory's steps are spaced where a request says so: along the noise levels, over all
 * that the model was trained on (k-diffusion's, as WebUI and ComfyUI have them), or along the
 * timesteps (diffusers' {@code timestep_spacing}).
 */
public enum Spacing {
  KARRAS("Karras"),
  EXPONENTIAL("Exponential"),
  BETA("Beta"),
  SGM_UNIFORM("SGM Uniform"),
  SIMPLE("Simple"),
  NORMAL("Normal"),
  DDIM_UNIFORM("DDIM"),
  AYS("Align Your Steps"),
  TRAILING("Trailing"),
  LEADING("Leading"),
  LINSPACE("Linspace");

  private final String scheduleType;

  Spacing(String scheduleType) {
    this.scheduleType = scheduleType;
  }

  /** What WebUI and its pictures call it, or would. */
  public String scheduleType() {
    return scheduleType;
  }

  /** Whether it is one of timesteps rather than of noise levels. */
  public boolean isOfTimesteps() {
    return compareTo(TRAILING) >= 0;
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
