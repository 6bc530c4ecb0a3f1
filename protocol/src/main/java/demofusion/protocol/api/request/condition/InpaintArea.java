package demofusion.protocol.api.request.condition;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import demofusion.protocol.DemofusionException;

/**
 * How much of a picture is computed where a part of it is drawn anew (conditioning section 5.4).
 */
public enum InpaintArea {
  /** All of it. */
  PICTURE("picture"),
  /** The mask's box and what is around it. */
  MASKED("masked");

  private final String label;

  InpaintArea(String label) {
    this.label = label;
  }

  /**
   * Reads a name of the command line and of JSON.
   *
   * @throws DemofusionException BAD_REQUEST, with the names there are
   */
  @JsonCreator
  public static InpaintArea parse(String text) {
    for (InpaintArea each : values()) {
      if (each.label.equals(text)) {
        return each;
      }
    }
    throw DemofusionException.badRequest("inpaint area \"" + text + "\" must be picture or masked");
  }

  @JsonValue
  @Override
  public String toString() {
    return label;
  }
}
