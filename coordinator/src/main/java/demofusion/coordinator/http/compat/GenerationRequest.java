package demofusion.coordinator.http.compat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import demofusion.coordinator.http.body.ApiException;
import demofusion.coordinator.http.compat.field.Base64Picture;
import demofusion.coordinator.http.compat.field.FieldErrors;
import demofusion.coordinator.http.compat.field.Fields;
import demofusion.coordinator.http.compat.webui.IgnoredFields;
import demofusion.coordinator.image.PictureFrame;
import demofusion.coordinator.image.WebUiSize;
import demofusion.coordinator.image.recorded.ForeignPrompt;
import demofusion.protocol.Excerpt;
import demofusion.protocol.api.request.Preset;
import demofusion.protocol.api.request.RenderSpec;
import demofusion.protocol.latent.PixelExtent;
import demofusion.protocol.latent.PromptSyntax;
import java.math.BigInteger;
import java.util.ArrayList;
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
 * @param notes what is drawn otherwise than it was asked for, a sentence each
 */
record GenerationRequest(
    ObjectNode picture,
    int count,
    Optional<String> model,
    boolean sendsImages,
    ObjectNode echo,
    List<String> notes) {
  static final int MOST_PICTURES = 16;
  private static final String SYNTAX = "promptSyntax";
  private static final double STRENGTH = 0.75;
  private static final String GUIDANCE_SCALE = "guidanceScale";
  private static final double GUIDANCE = 7;
  private static final double SMALLEST_STRENGTH = 0.001;
  private static final int SIDE = 512;
  private static final int SMALLEST_SIDE = 8;
  private static final int LARGEST_SIDE = 1 << 20;
  private static final double LARGEST_SCALE = 64;
  private static final int LONGEST_ECHO = 1 << 16;

  /** Fields that would make another picture than this farm draws, and when they would. */
  private static final List<String> FOREIGN_FLAGS = List.of("restore_faces", "tiling");

  private static final List<String> FOREIGN_PARTS =
      List.of("mask", "script_name", "refiner_checkpoint", "infotext", "firstpass_image");

  /** Seeds are as long as torch's; the streams that draw a picture take 63 bits of them. */
  private static final BigInteger LARGEST_SEED =
      BigInteger.ONE.shiftLeft(64).subtract(BigInteger.ONE);

  private static final BigInteger SMALLEST_SEED = LARGEST_SEED.negate(); // all of them: any

  /** By WebUI's numbers; the last resizes latents, which is the same here. */
  private static final List<PictureFrame> RESIZE_MODES =
      List.of(
          PictureFrame.STRETCHED, PictureFrame.CUT, PictureFrame.FILLED, PictureFrame.STRETCHED);

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
    picture.put(SYNTAX, PromptSyntax.WEIGHTED.toString());
    ObjectNode settings = standing.deepCopy();
    settings.setAll(object(fields, "override_settings"));
    DemofusionSettings.putKnown(settings, DemofusionSettings.PREFIX, picture);
    List<String> notes = new ArrayList<>();
    putScript(fields, picture, notes);
    if (isHiresFix(fields)) {
      Optional<Preset> preset = fields.text("hr_upscaler").flatMap(Preset::titled);
      preset.ifPresent(each -> DemofusionSettings.putPreset(each, picture));
    }
    ClipSkipOption.put(settings, picture);
    picture.put("prompt", fields.words("prompt").orElse(""));
    // To WebUI an empty one is none, which SDXL's models know as zeros.
    fields
        .words("negative_prompt")
        .filter(text -> !text.isEmpty())
        .ifPresent(text -> picture.put("negativePrompt", text));
    fields
        .integer("steps", 1, RenderSpec.STEPS.most().intValue())
        .ifPresent(steps -> picture.put("steps", steps));
    fields.number("cfg_scale").ifPresent(scale -> picture.put(GUIDANCE_SCALE, scale));
    picture.put("seed", seed(fields, notes).orElseGet(randomSeed::getAsLong));
    putSize(fields, picture, notes);
    Samplers.Choice choice =
        Samplers.choice(
            something(fields, "sampler_name").or(() -> something(fields, "sampler_index")),
            something(fields, "scheduler"));
    if (choice.kind() != null) {
      picture.put("scheduler", choice.kind().toString());
    }
    choice.note().ifPresent(notes::add);
    int count =
        fields.integer("batch_size", 1, MOST_PICTURES).orElse(1)
            * fields.integer("n_iter", 1, MOST_PICTURES).orElse(1);
    requireFew(count);
    if (isFromPicture) {
      putStart(fields, picture, notes);
    }
    refuseForeign(fields);
    boolean sendsImages = fields.flag("send_images").orElse(true);
    fields.requireValid();
    for (String name : List.of("prompt", "negative_prompt")) {
      ForeignPrompt.foreign(fields.words(name).orElse(""), syntax(picture))
          .forEach(
              syntax -> notes.add(name + ": " + syntax + " is not known here: drawn as words"));
    }
    notes.addAll(IgnoredFields.notes(body, settings, isHiresFix(fields), choice.kind()));
    return new GenerationRequest(
        picture,
        count,
        something(new Fields(settings), "sd_model_checkpoint"),
        sendsImages,
        echo(body),
        notes);
  }

  /** What is neither is refused where the picture becomes an order. */
  private static PromptSyntax syntax(ObjectNode picture) {
    return picture.path(SYNTAX).asText().equals(PromptSyntax.PLAIN.toString())
        ? PromptSyntax.PLAIN
        : PromptSyntax.WEIGHTED;
  }

  /**
   * The guidance of a request that says none is the model's own, else WebUI's.
   *
   * @param settings what is recommended for the model
   */
  void settleGuidance(Map<String, Object> settings) {
    if (picture.has(GUIDANCE_SCALE)) {
      return;
    }
    if (settings.get(GUIDANCE_SCALE) instanceof Number own) {
      echo.put("cfg_scale", own.doubleValue());
    } else {
      picture.put(GUIDANCE_SCALE, GUIDANCE);
    }
  }

  /** A text that is not one of the words for nothing. */
  private static Optional<String> something(Fields fields, String name) {
    return fields.text(name).filter(text -> !IgnoredFields.isNothing(text));
  }

  private static boolean isHiresFix(Fields fields) {
    return fields.flag("enable_hr").orElse(false);
  }

  /** Empty: any. */
  private static Optional<Long> seed(Fields fields, List<String> notes) {
    if (fields.isNothing("seed")) {
      return Optional.empty();
    }
    Optional<BigInteger> seed =
        fields.within("seed", SMALLEST_SEED, LARGEST_SEED).filter(number -> number.signum() >= 0);
    Optional<Long> taken = seed.map(number -> number.longValue() & Long.MAX_VALUE);
    if (taken.isPresent() && !seed.get().equals(BigInteger.valueOf(taken.get()))) {
      notes.add("seed " + seed.get() + " has 64 bits and is drawn as its lower 63, " + taken.get());
    }
    return taken;
  }

  /** Some languages write an empty one as an empty list, which pydantic takes. */
  private static ObjectNode object(Fields fields, String name) {
    return fields.isGiven(name) ? fields.object(name) : JsonNodeFactory.instance.objectNode();
  }

  private static void putScript(Fields fields, ObjectNode picture, List<String> notes) {
    for (Map.Entry<String, JsonNode> script : object(fields, "alwayson_scripts").properties()) {
      if (script.getKey().equalsIgnoreCase(DemofusionSettings.SCRIPT)) {
        DemofusionSettings.put(script.getValue().path("args"), picture);
      } else if (IgnoredFields.isIdle(script.getValue().path("args"))) {
        notes.add(
            "script " + Excerpt.of(script.getKey(), 40) + " is unknown here; it asks nothing");
      } else {
        fields.wrong(
            "unknown script; available: " + DemofusionSettings.SCRIPT,
            "value_error.script_not_found",
            "alwayson_scripts",
            script.getKey());
      }
    }
  }

  /**
   * WebUI's second pass at a larger size is what DemoFusion does anyway: its size is the size. A
   * side that is missing beside another is as long as in WebUI; where both are, and no second pass
   * is asked for, the model's own size is meant.
   */
  private static void putSize(Fields fields, ObjectNode picture, List<String> notes) {
    Optional<Integer> width = fields.integer("width", SMALLEST_SIDE, LARGEST_SIDE);
    Optional<Integer> height = fields.integer("height", SMALLEST_SIDE, LARGEST_SIDE);
    boolean isLarger = isHiresFix(fields);
    if (width.isEmpty() && height.isEmpty() && !isLarger) {
      return;
    }
    int wide = width.orElse(SIDE);
    int high = height.orElse(SIDE);
    WebUiSize size = isLarger ? hires(fields, wide, high) : WebUiSize.of(wide, high);
    if (!isLarger && (size.width() != wide || size.height() != high)) {
      notes.add("size %sx%s is rounded down to %s".formatted(wide, high, size));
    }
    picture.put("size", size.toString());
  }

  private static WebUiSize hires(Fields fields, int width, int height) {
    int x = fields.integer("hr_resize_x", 0, LARGEST_SIDE).orElse(0);
    int y = fields.integer("hr_resize_y", 0, LARGEST_SIDE).orElse(0);
    double scale = fields.number("hr_scale").orElse(2.0);
    if (x > 0 || y > 0) {
      return WebUiSize.resized(width, height, x, y);
    }
    if (!(scale >= 1 && scale <= LARGEST_SCALE)) {
      fields.wrong(
          "ensure this value is between 1 and 64", "value_error.number.not_in_range", "hr_scale");
    }
    return WebUiSize.scaled(width, height, scale);
  }

  private static void requireFew(int count) {
    if (count > MOST_PICTURES) {
      throw ApiException.badRequest(
          "batch_size times n_iter are %s images; one request may ask for %s"
              .formatted(count, MOST_PICTURES));
    }
  }

  private static void putStart(Fields fields, ObjectNode picture, List<String> notes) {
    List<String> images = fields.texts("init_images");
    if (images.size() != 1) {
      fields.wrong(
          "exactly one init image is required, but " + images.size() + " are given",
          "value_error.list.length",
          "init_images");
      return;
    }
    double strength = fields.number("denoising_strength").orElse(STRENGTH);
    if (strength == 0) {
      // WebUI goes at least one step, the one of the least noise, which this is for all steps.
      strength = SMALLEST_STRENGTH;
      notes.add("denoising_strength 0 is drawn as one step of the least noise, as WebUI does");
    }
    picture.put("strength", strength);
    int mode = fields.integer("resize_mode", 0, RESIZE_MODES.size() - 1).orElse(0);
    try {
      byte[] image = Base64Picture.decode(images.get(0));
      picture.put("image", framed(image, RESIZE_MODES.get(mode), picture));
    } catch (IllegalArgumentException e) {
      fields.wrong("Invalid encoded image: " + e.getMessage(), "value_error.base64", "init_images");
    }
  }

  /** Only where a size is asked for: nobody knows the aspect of the model's own. */
  private static byte[] framed(byte[] image, PictureFrame mode, ObjectNode picture) {
    return picture.has("size")
        ? mode.frame(image, PixelExtent.parse(picture.get("size").asText()))
        : image;
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
