package demofusion.coordinator.http.compat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import demofusion.coordinator.http.body.ApiException;
import demofusion.protocol.api.request.RenderSpec;
import demofusion.protocol.model.SchedulerKind;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * What {@code txt2img} or {@code img2img} was asked for, as a picture in this API's own words.
 *
 * @param picture JSON of a {@link demofusion.protocol.api.request.NewPicture} without a model
 * @param count of pictures; each has a seed that is one above the one before
 * @param model as it was named; empty: not at all
 * @param echo the request's own fields, which the answer repeats
 */
record GenerationRequest(
    ObjectNode picture, int count, Optional<String> model, boolean sendsImages, ObjectNode echo) {
  static final int MOST_PICTURES = 16;
  private static final double STRENGTH = 0.75;
  private static final double GUIDANCE = 7;
  private static final int SIDE = 512;
  private static final int LARGEST_SIDE = 1 << 20;
  private static final int LONGEST_ECHO = 1 << 16;

  /** Fields that would make another picture than this farm draws, and when they would. */
  private static final List<String> FOREIGN_FLAGS = List.of("restore_faces", "tiling");

  private static final List<String> FOREIGN_PARTS =
      List.of("mask", "script_name", "refiner_checkpoint");

  /** WebUI's own defaults, as its answer repeats them. */
  private static final Map<String, Object> DEFAULTS =
      Map.of(
          "prompt",
          "",
          "negative_prompt",
          "",
          "seed",
          -1,
          "batch_size",
          1,
          "n_iter",
          1,
          "cfg_scale",
          GUIDANCE,
          "send_images",
          true,
          "save_images",
          false);

  /**
   * @param isFromPicture whether it is img2img
   * @param standing the caller's own options, which those of the request override
   * @param randomSeed for those who want any
   * @throws FieldErrors if fields are of wrong kinds
   * @throws ApiException if they are right and ask for what is not done here
   */
  static GenerationRequest read(
      JsonNode body, boolean isFromPicture, ObjectNode standing, LongSupplier randomSeed) {
    Fields fields = new Fields(body);
    ObjectNode picture = JsonNodeFactory.instance.objectNode();
    picture.put("previews", true);
    ObjectNode settings = standing.deepCopy();
    settings.setAll(fields.object("override_settings"));
    DemofusionSettings.putKnown(settings, DemofusionSettings.PREFIX, picture);
    putScript(fields, picture);
    picture.put("prompt", fields.text("prompt").orElse(""));
    fields.text("negative_prompt").ifPresent(text -> picture.put("negativePrompt", text));
    fields
        .integer("steps", 1, RenderSpec.STEPS.most().intValue())
        .ifPresent(steps -> picture.put("steps", steps));
    picture.put("guidanceScale", fields.number("cfg_scale").orElse(GUIDANCE));
    picture.put(
        "seed", fields.integer("seed").filter(seed -> seed >= 0).orElseGet(randomSeed::getAsLong));
    putSize(fields, picture);
    SchedulerKind kind =
        Samplers.kind(
            fields
                .text("sampler_name")
                .filter(name -> !name.isBlank())
                .or(() -> fields.text("sampler_index")),
            fields.text("scheduler"));
    if (kind != null) {
      picture.put("scheduler", kind.toString());
    }
    int count =
        fields.integer("batch_size", 1, MOST_PICTURES).orElse(1)
            * fields.integer("n_iter", 1, MOST_PICTURES).orElse(1);
    requireFew(count);
    if (isFromPicture) {
      putStart(fields, picture);
    }
    refuseForeign(fields);
    boolean sendsImages = fields.flag("send_images").orElse(true);
    fields.requireValid();
    return new GenerationRequest(
        picture, count, new Fields(settings).text("sd_model_checkpoint"), sendsImages, echo(body));
  }

  private static void putScript(Fields fields, ObjectNode picture) {
    for (Map.Entry<String, JsonNode> script : fields.object("alwayson_scripts").properties()) {
      if (!script.getKey().equalsIgnoreCase(DemofusionSettings.SCRIPT)) {
        fields.wrong(
            "unknown script; available: " + DemofusionSettings.SCRIPT,
            "value_error.script_not_found",
            "alwayson_scripts",
            script.getKey());
      } else {
        DemofusionSettings.put(script.getValue().path("args"), picture);
      }
    }
  }

  /**
   * WebUI's second pass at a larger size is what DemoFusion does anyway: its size is the size. A
   * side that is missing beside another is as long as in WebUI; where both are, the model's own
   * size is meant.
   */
  private static void putSize(Fields fields, ObjectNode picture) {
    Optional<Integer> width = fields.integer("width", 1, LARGEST_SIDE);
    Optional<Integer> height = fields.integer("height", 1, LARGEST_SIDE);
    if (width.isEmpty() && height.isEmpty()) {
      return;
    }
    boolean isLarger = fields.flag("enable_hr").orElse(false);
    double scale = isLarger ? fields.number("hr_scale").orElse(2.0) : 1;
    int resizeX = isLarger ? fields.integer("hr_resize_x", 0, LARGEST_SIDE).orElse(0) : 0;
    int resizeY = isLarger ? fields.integer("hr_resize_y", 0, LARGEST_SIDE).orElse(0) : 0;
    if (!(scale >= 1 && scale <= 64)) {
      fields.wrong(
          "ensure this value is between 1 and 64", "value_error.number.not_in_range", "hr_scale");
      return;
    }
    long wide = resizeX > 0 && resizeY > 0 ? resizeX : Math.round(width.orElse(SIDE) * scale);
    long high = resizeX > 0 && resizeY > 0 ? resizeY : Math.round(height.orElse(SIDE) * scale);
    picture.put("size", wide + "x" + high);
  }

  private static void requireFew(int count) {
    if (count > MOST_PICTURES) {
      throw ApiException.badRequest(
          "batch_size times n_iter are %s images; one request may ask for %s"
              .formatted(count, MOST_PICTURES));
    }
  }

  private static void putStart(Fields fields, ObjectNode picture) {
    List<String> images = fields.texts("init_images");
    if (images.size() != 1) {
      fields.wrong(
          "exactly one init image is required, but " + images.size() + " are given",
          "value_error.list.length",
          "init_images");
      return;
    }
    picture.put("strength", fields.number("denoising_strength").orElse(STRENGTH));
    try {
      picture.put("image", Base64Picture.decode(images.get(0)));
    } catch (IllegalArgumentException e) {
      fields.wrong("Invalid encoded image: not valid base64", "value_error.base64", "init_images");
    }
  }

  private static void refuseForeign(Fields fields) {
    for (String flag : FOREIGN_FLAGS) {
      if (fields.flag(flag).orElse(false)) {
        refuse(flag);
      }
    }
    for (String part : FOREIGN_PARTS) {
      if (fields.isGiven(part)) {
        refuse(part);
      }
    }
    if (fields.number("subseed_strength").orElse(0.0) != 0) {
      refuse("subseed_strength");
    }
  }

  private static void refuse(String field) {
    throw ApiException.badRequest(field + " is not supported; leave it out");
  }

  private static ObjectNode echo(JsonNode body) {
    ObjectNode echo = JsonNodeFactory.instance.objectNode();
    DEFAULTS.forEach(echo::putPOJO);
    for (Map.Entry<String, JsonNode> entry : body.properties()) {
      // It is kept as long as the picture takes.
      if (entry.getValue().toString().length() <= LONGEST_ECHO) {
        echo.set(entry.getKey(), entry.getValue());
      }
    }
    // The answer would be twice as large for what the client has anyway, as WebUI thinks too.
    echo.putNull("init_images");
    echo.putNull("mask");
    return echo;
  }
}
