package demofusion.protocol.api.request.condition;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import demofusion.protocol.DemofusionException;

/** How a control picture of another aspect fits the image (conditioning section 2.3). */
public enum ControlFit {
  /** Out of proportion. */
  STRETCH("stretch"),
  /** Its middle. */
  CROP("crop");

  private final String label;

  ControlFit(String label) {
    this.label = label;
  }

  /**
   * Reads a name of the command line and of JSON.
   *
   * @throws DemofusionException BAD_REQUEST, with the names there are
   */
  @JsonCreator
  public static ControlFit parse(String text) {
    for (ControlFit each : values()) {
      if (each.label.equals(text)) {
        return each;
      }
    }
    throw DemofusionException.badRequest("control fit \"" + text + "\" must be stretch or crop");
  }

  @JsonValue
  @Override
  public String toString() {
    return label;
  }
}
