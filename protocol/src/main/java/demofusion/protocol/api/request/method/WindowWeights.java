package demofusion.protocol.api.request.method;

import demofusion.protocol.DemofusionException;
import java.util.Locale;

/** How much a local window's samples count where windows overlap (modes section 1). */
public enum WindowWeights {
  /** All alike, as DemoFusion has it. */
  UNIFORM,
  /** Falling to the window's edge in a straight line. */
  LINEAR,
  /** Falling to the window's edge as a squared sine. */
  COSINE,
  /** A bell around the window's middle (Mixture of Diffusers). */
  GAUSSIAN;

  /** Reads a name of the command line. */
  public static WindowWeights parse(String text) {
    for (WindowWeights each : values()) {
      if (each.toString().equals(text)) {
        return each;
      }
    }
    throw DemofusionException.badRequest(
        "window weights \"" + text + "\" must be uniform, linear, cosine or gaussian");
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
