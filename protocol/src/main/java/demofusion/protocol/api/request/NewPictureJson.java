package demofusion.protocol.api.request;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import java.io.IOException;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A {@link NewPicture} to and from JSON, as Jackson would read a record of all fields. */
final class NewPictureJson {
  private NewPictureJson() {}

  static final class Writer extends JsonSerializer<NewPicture> {
    @Override
    public void serialize(NewPicture picture, JsonGenerator json, SerializerProvider provider)
        throws IOException {
      json.writeStartObject();
      for (Map.Entry<String, Object> value : picture.values().entrySet()) {
        provider.defaultSerializeField(value.getKey(), value.getValue(), json);
      }
      json.writeEndObject();
    }
  }

  /** As strict as the mapper that uses it. */
  static final class Reader extends JsonDeserializer<NewPicture> {
    @Override
    public @Nullable NewPicture deserialize(JsonParser json, DeserializationContext context)
        throws IOException {
      if (!json.isExpectedStartObjectToken()) {
        return (NewPicture) context.handleUnexpectedToken(NewPicture.class, json);
      }
      Map<String, Object> values = new LinkedHashMap<>();
      Set<String> given = new HashSet<>();
      for (String name = json.nextFieldName(); name != null; name = json.nextFieldName()) {
        JsonToken token = json.nextToken();
        given.add(name);
        Field<?> field = RequestFields.find(name);
        if (field == null) {
          context.handleUnknownProperty(json, this, NewPicture.class, name);
          json.skipChildren();
        } else if (token != JsonToken.VALUE_NULL) {
          values.put(name, value(field, json, context));
        }
      }
      for (Field<?> field : RequestFields.ALL) {
        if (field.isRequired() && !given.contains(field.name())) {
          throw missing(field, json);
        }
      }
      return new NewPicture(values);
    }

    private static Object value(Field<?> field, JsonParser json, DeserializationContext context)
        throws IOException {
      try {
        return context.readValue(json, field.jsonClass());
      } catch (JacksonException e) {
        throw JsonMappingException.wrapWithPath(e, NewPicture.class, field.name());
      }
    }

    private static MismatchedInputException missing(Field<?> field, JsonParser json) {
      MismatchedInputException missing =
          MismatchedInputException.from(
              json, NewPicture.class, "Missing required creator property '" + field.name() + "'");
      missing.prependPath(NewPicture.class, field.name());
      return missing;
    }

    @Override
    public Collection<Object> getKnownPropertyNames() {
      return RequestFields.ALL.stream().<Object>map(Field::name).toList();
    }
  }
}
