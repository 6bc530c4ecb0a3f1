package demofusion.protocol.model;

import demofusion.protocol.DemofusionException;
import java.util.Arrays;
import java.util.stream.Collectors;

/** The solvers that there are, by the names of the command line. */
public enum SchedulerKind {
  DDIM("ddim"),
  EULER("euler"),
  EULER_ANCESTRAL("euler-ancestral"),
  DPMPP_2M("dpmpp-2m"),
  DPMPP_2M_KARRAS("dpmpp-2m-karras"),
  DPMPP_2M_SDE("dpmpp-2m-sde"),
  DPMPP_2M_SDE_KARRAS("dpmpp-2m-sde-karras"),
  UNIPC("unipc"),
  LCM("lcm");

  private final String label;

  SchedulerKind(String label) {
    this.label = label;
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
