package demofusion.protocol.api.request.condition;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import demofusion.protocol.DemofusionException;

/** Where an IP-Adapter attends (conditioning section 4.3). */
public enum AdapterBlocks {
  /** In every cross-attention. */
  ALL("all"),
  /** SDXL's up_blocks.0.attentions.1 alone. */
  STYLE("style"),
  /** SDXL's down_blocks.2.attentions.1 alone. */
  LAYOUT("layout"),
  /** Both of them. */
  STYLE_AND_LAYOUT("style+layout");

  private final String label;

  AdapterBlocks(String label) {
    this.label = label;
  }

  /**
   * Reads a name of the command line and of JSON.
   *
   * @throws DemofusionException BAD_REQUEST, with the names there are
   */
  @JsonCreator
  public static AdapterBlocks parse(String text) {
    for (AdapterBlocks each : values()) {
      if (each.label.equals(text)) {
        return each;
      }
    }
    throw DemofusionException.badRequest(
        "IP-Adapter blocks \"" + text + "\" must be all, style, layout or style+layout");
  }

  @JsonValue
  @Override
  public String toString() {
    return label;
  }
}
