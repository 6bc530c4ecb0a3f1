package demofusion.protocol.api.request.condition;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import demofusion.protocol.DemofusionException;

/** How an IP-Adapter's picture becomes a square (conditioning section 4.2). */
public enum AdapterFit {
  /** Its middle. */
  CROP("crop"),
  /** All of it, out of proportion. */
  SQUASH("squash");

  private final String label;

  AdapterFit(String label) {
    this.label = label;
  }

  /**
   * Reads a name of the command line and of JSON.
   *
   * @throws DemofusionException BAD_REQUEST, with the names there are
   */
  @JsonCreator
  public static AdapterFit parse(String text) {
    for (AdapterFit each : values()) {
      if (each.label.equals(text)) {
        return each;
      }
    }
    throw DemofusionException.badRequest("IP-Adapter fit \"" + text + "\" must be crop or squash");
  }

  @JsonValue
  @Override
  public String toString() {
    return label;
  }
}
