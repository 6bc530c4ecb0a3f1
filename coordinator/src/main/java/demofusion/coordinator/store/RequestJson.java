package demofusion.coordinator.store;

import com.fasterxml.jackson.annotation.JsonAutoDetect.Visibility;
import com.fasterxml.jackson.annotation.PropertyAccessor;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
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
import demofusion.protocol.api.request.RenderSpec;
import demofusion.protocol.api.request.SourcePicture;
import demofusion.protocol.api.request.condition.PictureBytes;
import demofusion.protocol.latent.Tensor;
import demofusion.protocol.model.ModelId;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A request as JSON, and back. Reading is strict: a name that is not known, a value that is missing
 * or out of bounds is refused, since a request that is read half is another picture. The pixels of
 * a picture to start from lie in a file of their own; here is only its strength.
 */
final class RequestJson {
  /** A picture of the largest size in base64. */
  private static final int LONGEST_TEXT = PictureBytes.MOST_BYTES / 3 * 4 + 8;

  private static final JsonMapper JSON =
      strict()
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .addModule(
              new SimpleModule()
                  .addSerializer(SourcePicture.class, new StrengthWriter())
                  .addDeserializer(SourcePicture.class, new StrengthReader())
                  .addDeserializer(ModelId.class, new ModelReader()))
          .build();

  private static JsonMapper.Builder strict() {
    return JsonMapper.builder(
            JsonFactory.builder()
                .streamReadConstraints(
                    StreamReadConstraints.builder().maxStringLength(LONGEST_TEXT).build())
                .build())
        .visibility(PropertyAccessor.GETTER, Visibility.NONE)
        .visibility(PropertyAccessor.IS_GETTER, Visibility.NONE)
        .visibility(PropertyAccessor.FIELD, Visibility.ANY)
        .enable(SerializationFeature.INDENT_OUTPUT)
        .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
        .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
        .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
        .enable(DeserializationFeature.FAIL_ON_NUMBERS_FOR_ENUMS)
        .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT);
  }

  /** Those of the first version, which every request has. */
  private static final Set<String> FIRST_FIELDS =
      Set.of(
          "prompts",
          "size",
          "steps",
          "guidance",
          "seed",
          "scheduler",
          "stride",
          "unit",
          "fusion",
          "method",
          "ablations",
          "source",
          "originalSize",
          "crop",
          "referenceOddities",
          "threads");

  /** What stands in for the pixels until they are read from their own file. */
  static final Tensor PIXELS_ELSEWHERE = Tensor.zeros(3, 0, 0);

  private RequestJson() {}

  static byte[] write(RenderRequest request) {
    try {
      return JSON.writeValueAsBytes(
          new RenderRequest(
              request.spec().withStandards(),
              request.model(),
              request.previews(),
              request.priority()));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("a request that is not JSON", e);
    }
  }

  /**
   * @param where for the sentence
   * @throws DemofusionException BAD_REQUEST
   */
  static RenderRequest read(byte[] json, String where) {
    try {
      RenderRequest request = JSON.treeToValue(withLaterFields(json), RenderRequest.class);
      if (request == null || request.spec() == null || request.model() == null) {
        throw DemofusionException.badRequest(where + " has no spec or no model");
      }
      if (!request.spec().equals(request.spec().withStandards())) {
        throw DemofusionException.badRequest(
            where + " leaves steps or guidance open, which an accepted request does not");
      }
      return request;
    } catch (JsonMappingException e) {
      String reason =
          e.getCause() instanceof DemofusionException refusal
              ? refusal.userMessage()
              : e.getOriginalMessage();
      throw new DemofusionException(
          FailureCode.BAD_REQUEST, where + path(e) + ": " + oneLine(reason), e);
    } catch (IOException e) {
      throw new DemofusionException(
          FailureCode.BAD_REQUEST,
          where + " is not valid JSON: " + oneLine(String.valueOf(e.getMessage())),
          e);
    }
  }

  /** Of a field that came later, requests of earlier versions say nothing: it was the standard. */
  private static JsonNode withLaterFields(byte[] json) throws IOException {
    JsonNode request = JSON.readTree(json);
    if (request.path("spec") instanceof ObjectNode spec) {
      ObjectNode standard = JSON.valueToTree(RenderSpec.of("", 0));
      standard.remove(FIRST_FIELDS);
      standard.properties().stream()
          .filter(later -> !spec.has(later.getKey()))
          .forEach(later -> spec.set(later.getKey(), later.getValue()));
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

  /** What came later of a model is not written where there is none, so it may be missing. */
  private static final class ModelReader extends JsonDeserializer<ModelId> {
    private static final JsonMapper LATER_MAY_LACK = strict().build();
    private static final List<String> FIRST_FIELDS =
        List.of("name", "hash", "precision", "device", "variant", "vae");

    @Override
    public ModelId deserialize(JsonParser json, DeserializationContext context) throws IOException {
      JsonNode model = context.readTree(json);
      for (String field : FIRST_FIELDS) {
        if (!model.has(field)) {
          return context.reportInputMismatch(
              ModelId.class, "Missing creator property '%s' of the model", field);
        }
      }
      return LATER_MAY_LACK.treeToValue(model, ModelId.class);
    }
  }
}
