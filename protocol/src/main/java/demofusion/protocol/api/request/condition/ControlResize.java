package demofusion.protocol.api.request.condition;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import demofusion.protocol.DemofusionException;

/** How a control picture gets a phase's size (conditioning section 2.3). */
public enum ControlResize {
  /** From the original each time. */
  FRESH("fresh"),
  /** From the phase before, as the authors' pipeline has it. */
  CHAIN("chain");

  private final String label;

  ControlResize(String label) {
    this.label = label;
  }

  /**
   * Reads a name of the command line and of JSON.
   *
   * @throws DemofusionException BAD_REQUEST, with the names there are
   */
  @JsonCreator
  public static ControlResize parse(String text) {
    for (ControlResize each : values()) {
      if (each.label.equals(text)) {
        return each;
      }
    }
    throw DemofusionException.badRequest("control resize \"" + text + "\" must be fresh or chain");
  }

  @JsonValue
  @Override
  public String toString() {
    return label;
  }
}
