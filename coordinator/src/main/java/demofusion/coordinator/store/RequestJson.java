package demofusion.coordinator.store;

import com.fasterxml.jackson.annotation.JsonAutoDetect.Visibility;
import com.fasterxml.jackson.annotation.PropertyAccessor;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.node.ObjectNode;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.FailureCode;
import demofusion.protocol.latent.SourcePicture;
import demofusion.protocol.latent.Tensor;
import java.io.IOException;
import java.util.stream.Collectors;

/**
 * A request as JSON, and back. Reading is strict: a name that is not known, a value that is missing
 * or out of bounds is refused, since a request that is read half is another picture. The pixels of
 * a picture to start from lie in a file of their own; here is only its strength.
 */
final class RequestJson {
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .visibility(PropertyAccessor.GETTER, Visibility.NONE)
          .visibility(PropertyAccessor.IS_GETTER, Visibility.NONE)
          .visibility(PropertyAccessor.FIELD, Visibility.ANY)
          .enable(SerializationFeature.INDENT_OUTPUT)
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.FAIL_ON_NUMBERS_FOR_ENUMS)
          .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
          .addModule(
              new SimpleModule()
                  .addSerializer(SourcePicture.class, new StrengthWriter())
                  .addDeserializer(SourcePicture.class, new StrengthReader()))
          .build();

  /** What stands in for the pixels until they are read from their own file. */
  static final Tensor PIXELS_ELSEWHERE = Tensor.zeros(3, 0, 0);

  private RequestJson() {}

  static byte[] write(RenderRequest request) {
    try {
      return JSON.writeValueAsBytes(request);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("a request that is no JSON", e);
    }
  }

  /**
   * @param where for the sentence
   * @throws DemofusionException BAD_REQUEST
   */
  static RenderRequest read(byte[] json, String where) {
    try {
      RenderRequest request = JSON.treeToValue(withTargetSize(json), RenderRequest.class);
      if (request == null || request.spec() == null || request.model() == null) {
        throw DemofusionException.badRequest(where + " has no spec or no model");
      }
      return request;
    } catch (JsonMappingException e) {
      String reason =
          e.getCause() instanceof DemofusionException refusal
              ? refusal.sentence()
              : e.getOriginalMessage();
      throw new DemofusionException(
          FailureCode.BAD_REQUEST, where + path(e) + ": " + oneLine(reason), e);
    } catch (IOException e) {
      throw new DemofusionException(
          FailureCode.BAD_REQUEST,
          where + " is no JSON: " + oneLine(String.valueOf(e.getMessage())),
          e);
    }
  }

  /** Requests of earlier versions say nothing of a target size, which had to be the picture's. */
  private static JsonNode withTargetSize(byte[] json) throws IOException {
    JsonNode request = JSON.readTree(json);
    if (request.path("spec") instanceof ObjectNode spec && !spec.has("targetSize")) {
      spec.putNull("targetSize");
    }
    return request;
  }

  private static String path(JsonMappingException e) {
    String path =
        e.getPath().stream()
            .map(JsonMappingException.Reference::getFieldName)
            .filter(name -> name != null)
            .collect(Collectors.joining("."));
    return path.isEmpty() ? "" : ", " + path;
  }

  private static String oneLine(String message) {
    // Jackson goes on about its own settings after a semicolon.
    return message.lines().findFirst().orElse("").split(";", 2)[0];
  }

  private static final class StrengthWriter extends JsonSerializer<SourcePicture> {
    @Override
    public void serialize(SourcePicture source, JsonGenerator json, SerializerProvider provider)
        throws IOException {
      json.writeNumber(source.strength());
    }
  }

  private static final class StrengthReader extends JsonDeserializer<SourcePicture> {
    @Override
    public SourcePicture deserialize(JsonParser json, DeserializationContext context)
        throws IOException {
      return new SourcePicture(PIXELS_ELSEWHERE, json.getDoubleValue());
    }
  }
}
