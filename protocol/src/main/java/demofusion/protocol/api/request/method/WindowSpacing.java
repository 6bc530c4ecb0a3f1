package demofusion.protocol.api.request.method;

import demofusion.protocol.DemofusionException;
import java.util.Locale;

/** Where local windows start on an axis (modes section 1). */
public enum WindowSpacing {
  /** Every stride, the last window moved back, as DemoFusion has it. */
  REFERENCE,
  /** At equal distances, never further apart than the stride. */
  EVEN;

  /** Reads a name of the command line. */
  public static WindowSpacing parse(String text) {
    for (WindowSpacing each : values()) {
      if (each.toString().equals(text)) {
        return each;
      }
    }
    throw DemofusionException.badRequest(
        "window spacing \"" + text + "\" must be reference or even");
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
