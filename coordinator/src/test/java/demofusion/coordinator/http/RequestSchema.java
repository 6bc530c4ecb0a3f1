package demofusion.coordinator.http;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import demofusion.protocol.api.request.Field;
import demofusion.protocol.api.request.LoraList;
import demofusion.protocol.api.request.RequestFields;
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
    if (field.jsonClass() == byte[].class) {
      property.put("contentEncoding", "base64");
    }
    if (field == RequestFields.WEBHOOK) {
      property.put("format", "uri");
    }
    put(property, "default", field.standard());
    String example = field.example();
    if (example != null) {
      put(property, "examples", List.of(JSON.convertValue(example, field.jsonClass())));
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
