package demofusion.coordinator.http;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import demofusion.protocol.Range;
import demofusion.protocol.api.request.condition.AdapterBlocks;
import demofusion.protocol.api.request.condition.AdapterFit;
import demofusion.protocol.api.request.condition.AdapterUse;
import demofusion.protocol.api.request.condition.ControlFit;
import demofusion.protocol.api.request.condition.ControlMode;
import demofusion.protocol.api.request.condition.ControlResize;
import demofusion.protocol.api.request.condition.ControlUse;
import demofusion.protocol.api.request.condition.NamedNetwork;

/** The schemas of ControlNets and IP-Adapters in a request. */
final class ConditionSchema {
  private static final Range SHARE = new Range("share", 0.0, 1.0);

  private ConditionSchema() {}

  static ObjectNode control() {
    ObjectNode control = JsonNodeFactory.instance.objectNode().put("type", "object");
    ObjectNode properties = control.putObject("properties");
    name(properties, "name", "Of the ControlNet’s file without its ending, or of its folder.");
    text(
        properties,
        "type",
        "What the picture is to a union (openpose, depth, hed, canny, normal, segment, tile,"
            + " repaint), or inpaint: the network is told the image and its mask.");
    text(
        properties,
        "image",
        "A picture in base64, or the word phase: the picture of the phase before.");
    ObjectNode weights = properties.putObject("weights").put("type", "array").put("minItems", 1);
    weights.put("description", "By phase, the last for all that follow. Default: [1].");
    weights.set("items", RequestSchema.number(ControlUse.WEIGHT, "Of one phase."));
    span(properties);
    choice(properties, "mode", ControlMode.values(), "How layers are weighed. Default: plain.");
    choice(
        properties,
        "resize",
        ControlResize.values(),
        "Whether the picture is resized from the original each time, or from the phase before."
            + " Default: fresh; chain with referenceOddities.");
    choice(
        properties,
        "fit",
        ControlFit.values(),
        "What is done with a picture of another aspect ratio. Default: it is refused.");
    text(properties, "make", "Made of the picture first: canny, canny:LOW,HIGH or invert.");
    control.putArray("required").add("name");
    return control.put("additionalProperties", false);
  }

  static ObjectNode adapter() {
    ObjectNode adapter = JsonNodeFactory.instance.objectNode().put("type", "object");
    ObjectNode properties = adapter.putObject("properties");
    name(properties, "name", "Of the IP-Adapter’s file without its ending.");
    name(
        properties,
        "encoder",
        "Of the image encoder’s folder. Default: the one that belongs to it.");
    ObjectNode images = properties.putObject("images").put("type", "array");
    images.put("minItems", 1).put("maxItems", AdapterUse.MOST_PICTURES);
    images.putObject("items").put("type", "string").put("contentEncoding", "base64");
    properties.set("weight", RequestSchema.number(AdapterUse.SCALE, "How much. Default: 1."));
    properties.set(
        "local",
        RequestSchema.number(
            AdapterUse.SCALE, "The same in tiles of upscaling phases. Default: the weight."));
    span(properties);
    choice(
        properties, "blocks", AdapterBlocks.values(), "Where in the UNet it counts. Default: all.");
    choice(
        properties,
        "fit",
        AdapterFit.values(),
        "How a picture that is not square becomes one. Default: crop.");
    adapter.putArray("required").add("name").add("images");
    return adapter.put("additionalProperties", false);
  }

  private static void span(ObjectNode properties) {
    properties.set(
        "start", RequestSchema.number(SHARE, "Share of the steps before which it does not count."));
    properties.set(
        "end", RequestSchema.number(SHARE, "Share of the steps behind which it does not count."));
  }

  private static void name(ObjectNode properties, String name, String description) {
    text(properties, name, description).put("maxLength", NamedNetwork.LONGEST_NAME);
  }

  private static ObjectNode text(ObjectNode properties, String name, String description) {
    return properties.putObject(name).put("type", "string").put("description", description);
  }

  private static void choice(
      ObjectNode properties, String name, Object[] values, String description) {
    ObjectNode choice = text(properties, name, description);
    for (Object value : values) {
      choice.withArray("enum").add(value.toString());
    }
  }
}
