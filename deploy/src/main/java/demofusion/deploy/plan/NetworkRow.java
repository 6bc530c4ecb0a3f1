package demofusion.deploy.plan;

import com.fasterxml.jackson.annotation.JsonInclude;

/**
 * A network that steers an image, and what it takes on each device.
 *
 * @param kind controlnet or ip-adapter
 * @param parameters its weights, an IP-Adapter's without its image encoder's
 * @param fileBytes that they take in the file
 * @param deviceBytes beside the model while the image is drawn: a ControlNet's weights, an
 *     IP-Adapter's keys and values
 * @param encoderBytes of an IP-Adapter's image encoder, which is there before, while pictures are
 *     read
 * @param assumed whether its file was not there to be looked at, and it was taken for a usual one
 */
public record NetworkRow(
    String kind,
    String name,
    long parameters,
    @JsonInclude(JsonInclude.Include.NON_DEFAULT) long fileBytes,
    long deviceBytes,
    @JsonInclude(JsonInclude.Include.NON_DEFAULT) long encoderBytes,
    @JsonInclude(JsonInclude.Include.NON_DEFAULT) boolean assumed) {
  static final String CONTROLNET = "controlnet";
  static final String ADAPTER = "ip-adapter";

  /** For people: ControlNet edges. */
  String title() {
    return (kind.equals(CONTROLNET) ? "ControlNet " : "IP-Adapter ") + name;
  }
}
