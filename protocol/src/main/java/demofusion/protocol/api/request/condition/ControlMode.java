package demofusion.protocol.api.request.condition;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import demofusion.protocol.DemofusionException;

/** How a ControlNet's residuals are weighed layer by layer (conditioning section 2.2). */
public enum ControlMode {
  /** All alike. */
  PLAIN("plain"),
  /** The nearer to the latent, the less. */
  SOFT("soft"),
  /** So in upscaling phases only. */
  SOFT_UPSCALE("soft-upscale");

  private final String label;

  ControlMode(String label) {
    this.label = label;
  }

  /**
   * Reads a name of the command line and of JSON.
   *
   * @throws DemofusionException BAD_REQUEST, with the names there are
   */
  @JsonCreator
  public static ControlMode parse(String text) {
    for (ControlMode each : values()) {
      if (each.label.equals(text)) {
        return each;
      }
    }
    throw DemofusionException.badRequest(
        "control mode \"" + text + "\" must be plain, soft or soft-upscale");
  }

  @JsonValue
  @Override
  public String toString() {
    return label;
  }
}
