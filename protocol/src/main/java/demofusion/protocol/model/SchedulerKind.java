package demofusion.protocol.model;

import demofusion.protocol.DemofusionException;
import java.util.Arrays;
import java.util.stream.Collectors;

/** The solvers that there are, by the names of the command line. */
public enum SchedulerKind {
  DDIM("ddim", "DDIM"),
  EULER("euler", "Euler"),
  EULER_ANCESTRAL("euler-ancestral", "Euler a"),
  DPMPP_2M("dpmpp-2m", "DPM++ 2M"),
  DPMPP_2M_KARRAS("dpmpp-2m-karras", "DPM++ 2M Karras"),
  DPMPP_2M_SDE("dpmpp-2m-sde", "DPM++ 2M SDE"),
  DPMPP_2M_SDE_KARRAS("dpmpp-2m-sde-karras", "DPM++ 2M SDE Karras"),
  UNIPC("unipc", "UniPC"),
  LCM("lcm", "LCM");

  private final String label;
  private final String samplerName;

  SchedulerKind(String label, String samplerName) {
    this.label = label;
    this.samplerName = samplerName;
  }

  /** What A1111's WebUI, its pictures and its clients call it. */
  public String samplerName() {
    return samplerName;
  }

  /** Reads a name of the command line. */
  public static SchedulerKind parse(String text) {
    for (SchedulerKind kind : values()) {
      if (kind.label.equals(text)) {
        return kind;
      }
    }
    throw DemofusionException.badRequest("scheduler \"" + text + "\" must be one of " + known());
  }

  /** All names, for a sentence. */
  public static String known() {
    return Arrays.stream(values()).map(SchedulerKind::toString).collect(Collectors.joining(", "));
  }

  @Override
  public String toString() {
    return label;
  }
}
