package demofusion.coordinator.http.compat;

import com.fasterxml.jackson.annotation.JsonAutoDetect;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import demofusion.coordinator.http.compat.field.Fields;
import demofusion.protocol.api.Schema;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What clients may send, and what is answered piece by piece, for the OpenAPI document alone:
 * requests are read field by field ({@link Fields}), since much may stand in them that means
 * nothing here. Nobody makes objects of these.
 */
final class RequestShapes {
  private static final String OPEN = "additionalProperties: true";
  private static final String PROMPT = "maxLength: 16384";
  private static final String SIDE = "Rounded down to a multiple of 8.";
  private static final String COUNT = "minimum: 1, maximum: 16";

  private RequestShapes() {}

  /** What both kinds of request may have. */
  @JsonAutoDetect(fieldVisibility = JsonAutoDetect.Visibility.ANY)
  @JsonNaming(SnakeCaseStrategy.class)
  abstract static class Generation {
    @Schema(rules = PROMPT)
    @Nullable String prompt;

    @Schema(rules = PROMPT)
    @Nullable String negativePrompt;

    @Schema(
        value =
            "Below 0: any; the next picture has the next one. Of 64 bits the lower 63 are taken.",
        rules = "maximum: 18446744073709551615")
    @Nullable Long seed;

    @Schema(value = "Per phase.", rules = "minimum: 1, maximum: 1000")
    @Nullable Integer steps;

    @Schema(rules = "default: 7")
    @Nullable Double cfgScale;

    @Schema(value = SIDE, rules = "minimum: 8")
    @Nullable Integer width;

    @Schema(value = SIDE, rules = "minimum: 8")
    @Nullable Integer height;

    @Schema("A name of samplers; none: the scheduler of the model.")
    @Nullable String samplerName;

    @Schema("The older name of sampler_name.")
    @Nullable String samplerIndex;

    @Schema(
        "A name of schedulers. Automatic, or none: the sampler's own. So it is where the name is"
            + " unknown or not for the sampler, which the answer's info says.")
    @Nullable String scheduler;

    @Schema(rules = COUNT)
    @Nullable Integer batchSize;

    @Schema(value = "Times batch_size at most 16.", rules = COUNT)
    @Nullable Integer nIter;

    @Schema(rules = "default: true")
    @Nullable Boolean sendImages;

    @Schema("Does nothing: every picture is kept with its job.")
    @Nullable Boolean saveImages;

    @Schema(
        "sd_model_checkpoint, and demofusion_stride, demofusion_cosine_scale_1 … by the names of"
            + " script-info; demofusion_preset: exact, detail or fast.")
    @Nullable Map<String, Object> overrideSettings;

    @Schema(
        "By titles: {\"demofusion\": {\"args\": {…} or […]}}; \"Tiled Diffusion\", \"Tiled VAE\" with"
            + " their arguments in order; \"ControlNet\" with its units. What is drawn otherwise than"
            + " they ask for is in demofusion_notes; what is not possible is refused.")
    @Nullable Map<String, Object> alwaysonScripts;
  }

  @Schema(
      value =
          "Other fields are ignored, but for script_name, tiling, restore_faces and"
              + " subseed_strength, infotext, firstpass_image and refiner_checkpoint, which are"
              + " refused where they would change the picture. What is ignored that WebUI would"
              + " have drawn is said in the answer's info, in demofusion_notes.",
      rules = OPEN)
  @JsonNaming(SnakeCaseStrategy.class)
  abstract static class TextToImage extends Generation {
    @Schema(
        "The size is hr_scale times as large, rounded as WebUI rounds; DemoFusion reaches it in"
            + " phases anyway.")
    @Nullable Boolean enableHr;

    @Schema(rules = "minimum: 1, maximum: 64, default: 2")
    @Nullable Double hrScale;

    @Schema(
        value = "Instead of hr_scale; where one of the two is missing, the aspect says it.",
        rules = "minimum: 0")
    @Nullable Integer hrResizeX;

    @Schema(rules = "minimum: 0")
    @Nullable Integer hrResizeY;

    @Schema("A preset, by its name of upscalers; other names change nothing.")
    @Nullable String hrUpscaler;
  }

  @Schema(rules = OPEN)
  @JsonNaming(SnakeCaseStrategy.class)
  abstract static class ImageToImage extends Generation {
    @JsonProperty(required = true)
    @Schema(
        value = "One picture, base64 in either alphabet or a data URI; addresses are not fetched.",
        rules = "minItems: 1, maxItems: 1")
    @Nullable List<String> initImages;

    @Schema(
        value = "How far from it; 0 is one step of the least noise.",
        rules = "minimum: 0, maximum: 1, default: 0.75")
    @Nullable Double denoisingStrength;

    @Schema(
        value =
            "To another aspect: 0 and 3 stretch it, 1 cuts it, 2 repeats its edges. Only where a"
                + " size is asked for; else it is cut.",
        rules = "minimum: 0, maximum: 3, default: 0")
    @Nullable Integer resizeMode;

    @Schema(
        "A picture that is white, or opaque, where the image is drawn anew; the rest stays as it is."
            + " Then the size is the picture's own.")
    @Nullable String mask;

    @Schema(
        value = "With a mask: the width of the ramp around it, sigma in pixels.",
        rules = "minimum: 0, maximum: 256, default: 4")
    @Nullable Integer maskBlur;

    @Schema(
        value = "With a mask: 1 begins with the picture, 2 with noise; 0 and 3 are refused.",
        rules = "minimum: 0, maximum: 3, default: 1")
    @Nullable Integer inpaintingFill;

    @Schema(
        value =
            "With a mask: whether only what it covers, and inpaint_full_res_padding around it, is"
                + " computed.",
        rules = "default: true")
    @Nullable Boolean inpaintFullRes;

    @Schema(rules = "minimum: 0, maximum: 4096, default: 0")
    @Nullable Integer inpaintFullResPadding;

    @Schema(value = "1: the mask is black where it is meant.", rules = "minimum: 0, maximum: 1")
    @Nullable Integer inpaintingMaskInvert;
  }

  /** What both of them answer. */
  record Generated(
      @Schema("Each the base64 of a PNG that carries its parameters.") List<String> images,
      @Schema("The request, but for its pictures.") Map<String, Object> parameters,
      @Schema(
              "JSON: all_seeds, infotexts and so on; demofusion_jobs are the ids in /v1/jobs, and"
                  + " demofusion_notes say what was drawn otherwise than it was asked for.")
          String info) {}

  @Schema(rules = OPEN)
  record Options(
      @JsonProperty("sd_model_checkpoint") @Schema(rules = "type: ['string', 'null']")
          @Nullable Object model) {}

  @Schema(rules = OPEN)
  record Detect(
      @JsonProperty("controlnet_module") @Schema("none, canny or invert; none, if it is left out.")
          @Nullable String module,
      @JsonProperty("controlnet_input_images")
          @Schema("Base64, or data URIs: 1 to 16, of 40 million pixels together.")
          List<String> images,
      @JsonProperty("controlnet_processor_res")
          @Schema("Has no effect: pictures keep their own size, as they do where they steer.")
          @Nullable Integer processorRes,
      @JsonProperty("controlnet_threshold_a")
          @Schema("Of canny, either threshold; outside 1 to 255: 100.")
          @Nullable Double thresholdA,
      @JsonProperty("controlnet_threshold_b")
          @Schema("Of canny, the other one; outside 1 to 255: 200.")
          @Nullable Double thresholdB) {}

  @Schema(rules = OPEN)
  record Png(@Schema("Base64, or a data URI.") String image) {}
}
