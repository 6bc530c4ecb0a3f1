package demofusion.coordinator.http;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import demofusion.protocol.Range;
import demofusion.protocol.api.request.Field;
import demofusion.protocol.api.request.FieldSamples;
import demofusion.protocol.api.request.LoraList;
import demofusion.protocol.api.request.RequestFields;
import demofusion.protocol.api.request.condition.AdapterList;
import demofusion.protocol.api.request.condition.ControlList;
import demofusion.protocol.api.request.region.Region;
import demofusion.protocol.api.request.region.RegionList;
import demofusion.protocol.api.request.region.RegionRectangle;
import demofusion.protocol.model.LoraUse;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The schema of a request for an image, of which every field is a row of {@link RequestFields}. */
final class RequestSchema {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private RequestSchema() {}

  static ObjectNode make() {
    ObjectNode schema = JsonNodeFactory.instance.objectNode().put("type", "object");
    ObjectNode properties = schema.putObject("properties");
    for (Field<?> field : RequestFields.ALL) {
      properties.set(field.name(), property(field));
      if (field.isRequired()) {
        schema.withArray("required").add(field.name());
      }
    }
    return schema.put("additionalProperties", false);
  }

  private static ObjectNode property(Field<?> field) {
    ObjectNode property = JsonNodeFactory.instance.objectNode().put("type", field.jsonType());
    property.put(
        "description",
        field.help() + (field.otherwise().isEmpty() ? "" : " Default: " + field.otherwise() + "."));
    put(property, field.isMinimumExcluded() ? "exclusiveMinimum" : "minimum", field.minimum());
    put(property, "maximum", field.maximum());
    put(property, "maxLength", field.mostCharacters());
    put(property, "pattern", anchored(field.pattern()));
    if (!field.choices().isEmpty()) {
      put(property, "enum", field.choices());
    }
    if (field.jsonClass() == LoraList.class) {
      property.set("items", lora());
    }
    if (field.jsonClass() == RegionList.class) {
      property.set("items", region());
    }
    if (field.jsonClass() == ControlList.class) {
      property.set("items", ConditionSchema.control());
    }
    if (field.jsonClass() == AdapterList.class) {
      property.set("items", ConditionSchema.adapter());
    }
    if (field.jsonClass() == byte[].class) {
      property.put("contentEncoding", "base64");
    }
    if (field == RequestFields.WEBHOOK) {
      property.put("format", "uri");
    }
    put(property, "default", field.standard());
    String example = field.example();
    if (example != null) {
      Object read =
          field.jsonType().equals("array") && field.jsonClass() != LoraList.class
              ? FieldSamples.of(field)
              : JSON.convertValue(example, field.jsonClass());
      put(property, "examples", List.of(read));
    }
    return property;
  }

  private static ObjectNode lora() {
    ObjectNode lora = JsonNodeFactory.instance.objectNode().put("type", "object");
    ObjectNode properties = lora.putObject("properties");
    properties.putObject("name").put("type", "string").put("maxLength", LoraUse.LONGEST_NAME);
    properties.set("weight", weight("Of the changes to the UNet.", "1"));
    properties.set("textWeight", weight("Of those to the text encoders.", "the weight"));
    lora.putArray("required").add("name");
    return lora.put("additionalProperties", false);
  }

  private static ObjectNode region() {
    ObjectNode region = JsonNodeFactory.instance.objectNode().put("type", "object");
    ObjectNode properties = region.putObject("properties");
    properties
        .putObject("area")
        .put("type", "string")
        .put("pattern", "^" + RegionRectangle.PATTERN + "$")
        .put("description", "X0,Y0,X1,Y1 in shares of the image. Either this or mask.");
    properties
        .putObject("mask")
        .put("type", "string")
        .put("contentEncoding", "base64")
        .put("description", "A picture that is white where the region is.");
    properties.putObject("prompt").put("type", "string");
    properties
        .putObject("negative")
        .put("type", "string")
        .put("description", "Default: the image's negative prompt.");
    properties.set(
        "weight", number(Region.WEIGHT, "How much it counts where it meets others. Default: 1."));
    properties.set(
        "feather",
        number(
            Region.FEATHER,
            "Width of its soft edge in pixels. Default: a quarter of the model's native side."));
    region.putArray("required").add("prompt");
    return region.put("additionalProperties", false);
  }

  static ObjectNode number(Range range, String description) {
    ObjectNode number = JsonNodeFactory.instance.objectNode().put("type", "number");
    put(number, range.isLeastExcluded() ? "exclusiveMinimum" : "minimum", range.least());
    put(number, "maximum", range.most());
    return number.put("description", description);
  }

  private static ObjectNode weight(String help, String otherwise) {
    ObjectNode weight = JsonNodeFactory.instance.objectNode().put("type", "number");
    put(weight, "minimum", LoraUse.WEIGHT.least());
    put(weight, "maximum", LoraUse.WEIGHT.most());
    return weight.put("description", help + " Default: " + otherwise + ".");
  }

  private static void put(ObjectNode property, String keyword, @Nullable Object value) {
    if (value != null) {
      property.set(keyword, JSON.valueToTree(value));
    }
  }

  /** In a schema a pattern may match anywhere; a row's is that of the whole text. */
  private static @Nullable String anchored(@Nullable String pattern) {
    if (pattern == null) {
      return null;
    }
    return pattern.contains("|") ? "^(" + pattern + ")$" : "^" + pattern + "$";
  }
}
