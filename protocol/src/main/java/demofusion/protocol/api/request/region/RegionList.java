package demofusion.protocol.api.request.region;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import com.fasterxml.jackson.databind.annotation.JsonSerialize;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import demofusion.protocol.DemofusionException;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Regions as JSON has them: a list, or a text with that list in it. */
@JsonSerialize(using = RegionList.Writer.class)
@JsonDeserialize(using = RegionList.Reader.class)
public record RegionList(List<Region> regions) {
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .defaultPropertyInclusion(
              JsonInclude.Value.construct(
                  JsonInclude.Include.NON_NULL, JsonInclude.Include.NON_NULL))
          .build();

  public RegionList {
    regions = List.copyOf(regions);
  }

  /**
   * Reads a text.
   *
   * @throws DemofusionException BAD_REQUEST
   */
  public static RegionList parse(String text) {
    try {
      return text.isBlank() ? new RegionList(List.of()) : JSON.readValue(text, RegionList.class);
    } catch (JsonMappingException e) {
      throw DemofusionException.badRequest(
          e.getCause() instanceof DemofusionException refusal
              ? refusal.userMessage()
              : "regions are not as they must be: " + firstLine(e.getOriginalMessage()));
    } catch (JsonProcessingException e) {
      throw DemofusionException.badRequest(
          "regions must be a JSON list such as [{\"area\":\"0,0,0.5,1\",\"prompt\":\"a red"
              + " house\"}], but: "
              + firstLine(e.getOriginalMessage()));
    }
  }

  private static String firstLine(String message) {
    return message.lines().findFirst().orElse("").split(";", 2)[0];
  }

  /** The list, as JSON. */
  @Override
  public String toString() {
    try {
      return JSON.writeValueAsString(regions);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("regions that are not JSON", e);
    }
  }

  /** The same, with a mask's hash in the place of its file. */
  public String toTextWithHashes() {
    ArrayNode list = JSON.valueToTree(regions);
    for (int n = 0; n < regions.size(); n++) {
      RegionMask mask = regions.get(n).mask();
      if (mask != null) {
        ((ObjectNode) list.get(n)).put("mask", "sha256:" + mask.hash());
      }
    }
    return list.toString();
  }

  /** Leaves out what a region does not say. */
  static final class Writer extends JsonSerializer<RegionList> {
    @Override
    public void serialize(RegionList list, JsonGenerator json, SerializerProvider provider)
        throws IOException {
      provider.defaultSerializeValue(JSON.valueToTree(list.regions()), json);
    }
  }

  static final class Reader extends JsonDeserializer<RegionList> {
    @Override
    public RegionList deserialize(JsonParser json, DeserializationContext context)
        throws IOException {
      if (json.hasToken(JsonToken.VALUE_STRING)) {
        return parse(json.getText());
      }
      List<@Nullable Region> regions = Arrays.asList(context.readValue(json, Region[].class));
      if (regions.contains(null)) {
        return context.reportInputMismatch(RegionList.class, "a region must not be null");
      }
      return new RegionList(Arrays.asList(regions.toArray(Region[]::new)));
    }
  }
}
