package demofusion.coordinator.http.compat.openai;

import com.fasterxml.jackson.annotation.JsonAutoDetect;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import demofusion.protocol.api.Schema;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What clients may send, and what is answered piece by piece, for the OpenAPI document alone:
 * requests are read field by field, since much may stand in them that means nothing here. Nobody
 * makes objects of these.
 */
final class ImageShapes {
  private static final String OPEN = "additionalProperties: true";
  private static final String PROMPT = "maxLength: 16384";
  private static final String MASK =
      "Of the picture's shape: what is transparent is drawn anew, the rest stays as it is, pixel by"
          + " pixel. The strength is then 1, if nothing else is said, and the size the picture's.";

  private ImageShapes() {}

  /** What all of them may have. */
  @JsonAutoDetect(fieldVisibility = JsonAutoDetect.Visibility.ANY)
  @JsonNaming(SnakeCaseStrategy.class)
  abstract static class Pictures {
    @Schema("An id of /v1/models; the names that OpenAI gives its own mean whichever there is.")
    @Nullable String model;

    @Schema(rules = "minimum: 1, maximum: 10")
    @Nullable Integer n;

    @Schema(
        "WIDTHxHEIGHT. Empty or auto: the model's own, or for an edit that of the picture, rounded"
            + " down to multiples of 8.")
    @Nullable String size;

    @Schema("url, which is the default, or b64_json, which is that of models named gpt-image-….")
    @Nullable String responseFormat;

    @Schema("png, which is the default, jpeg or webp.")
    @Nullable String outputFormat;

    @Schema(value = "Quality of a jpeg or webp.", rules = "minimum: 0, maximum: 100, default: 100")
    @Nullable Integer outputCompression;

    @Schema("auto or opaque.")
    @Nullable String background;

    @Schema(value = "Server-sent events, as OpenAI has them.", rules = "default: false")
    @Nullable Boolean stream;

    @Schema(
        value = "So many previews at most come first in a stream.",
        rules = "minimum: 0, maximum: 3, default: 0")
    @Nullable Integer partialImages;

    @Schema("One of OpenAI's names; does not change the picture.")
    @Nullable String quality;

    @Schema("vivid or natural; does not change the picture.")
    @Nullable String style;

    @Schema("auto or low; nothing is moderated.")
    @Nullable String moderation;

    @Schema("Changes nothing.")
    @Nullable String user;

    @Nullable Long seed;

    @Schema(
        "seed, steps, negativePrompt, guidanceScale, scheduler, previews, for an edit strength, and"
            + " the settings of script-info, and preset: exact, detail or fast; all may stand beside"
            + " the other fields too.")
    @Nullable Map<String, Object> demofusion;
  }

  @Schema(rules = OPEN)
  @JsonNaming(SnakeCaseStrategy.class)
  abstract static class ImageRequest extends Pictures {
    @JsonProperty(required = true)
    @Schema(rules = PROMPT)
    @Nullable String prompt;
  }

  @Schema(rules = OPEN)
  @JsonNaming(SnakeCaseStrategy.class)
  abstract static class Edit extends Pictures {
    @Schema(value = "For an edit, not for a variation.", rules = PROMPT)
    @Nullable String prompt;

    @Schema(value = "How far from the picture, above 0 and at most 1.", rules = "default: 0.75")
    @Nullable Double strength;

    @Schema("low, or high for a strength of 0.5.")
    @Nullable String inputFidelity;
  }

  @Schema(value = "One picture, as JSON.", rules = OPEN)
  @JsonNaming(SnakeCaseStrategy.class)
  abstract static class EditRequest extends Edit {
    @JsonProperty(required = true)
    @Schema(rules = "minItems: 1, maxItems: 1")
    @Nullable List<ImageReference> images;

    @Schema(MASK)
    @Nullable ImageReference mask;
  }

  @Schema(value = "One picture, as a form.", rules = OPEN)
  @JsonNaming(SnakeCaseStrategy.class)
  abstract static class EditForm extends Edit {
    @JsonProperty(required = true)
    @Schema(value = "A file; may be called image[] too.", rules = "format: 'binary'")
    @Nullable String image;

    @Schema(value = MASK, rules = "format: 'binary'")
    @Nullable String mask;
  }

  /** A picture in JSON. */
  record ImageReference(@JsonProperty("image_url") @Schema("A data URL.") String imageUrl) {}

  /** Pictures that OpenAI's API answers. */
  @JsonNaming(SnakeCaseStrategy.class)
  record Images(
      long created,
      @Schema(rules = "enum: ['opaque']") String background,
      @Schema(rules = "enum: ['png', 'jpeg', 'webp']") String outputFormat,
      @Schema("WIDTHxHEIGHT.") String size,
      @Schema("All 0: nothing is counted here.") Map<String, Object> usage,
      List<Image> data) {}

  /** One of them, in the form that was asked for. */
  @Schema(rules = "minProperties: 1")
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Image(
      @JsonProperty("b64_json") @Nullable String bytes,
      @Schema("Valid for an hour, for whoever has it; needs no token.") @Nullable String url) {}
}
