package demofusion.coordinator.http.compat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import demofusion.coordinator.http.body.ApiException;
import demofusion.coordinator.http.compat.field.Base64Picture;
import demofusion.coordinator.http.compat.field.FieldErrors;
import demofusion.coordinator.http.compat.field.Fields;
import demofusion.coordinator.http.compat.script.ControlNetUnits;
import demofusion.coordinator.http.compat.script.TiledDiffusion;
import demofusion.coordinator.http.compat.script.Tiles;
import demofusion.coordinator.http.compat.webui.IgnoredFields;
import demofusion.coordinator.image.FittedPicture;
import demofusion.coordinator.image.PictureFrame;
import demofusion.coordinator.image.WebUiSize;
import demofusion.coordinator.image.recorded.ForeignPrompt;
import demofusion.protocol.api.request.Preset;
import demofusion.protocol.api.request.RenderSpec;
import demofusion.protocol.latent.PixelExtent;
import demofusion.protocol.latent.PromptSyntax;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What {@code txt2img} or {@code img2img} was asked for, as a picture in this API's own words.
 *
 * @param picture JSON of a {@link demofusion.protocol.api.request.NewPicture} without a model
 * @param count of pictures; each has a seed that is one above the one before
 * @param model as it was named; empty: not at all
 * @param echo the request's own fields, which the answer repeats
 * @param notes what is drawn otherwise than it was asked for, a sentence each
 * @param tiles that Tiled Diffusion is asked for, which depend on the model
 */
record GenerationRequest(
    ObjectNode picture,
    int count,
    Optional<String> model,
    boolean sendsImages,
    ObjectNode echo,
    List<String> notes,
    Optional<Tiles> tiles) {
  static final int MOST_PICTURES = 16;
  private static final String SYNTAX = "promptSyntax";
  private static final double STRENGTH = 0.75;
  private static final String SIZE = "size";
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
      List.of(
          InpaintFields.MASK, "script_name", "refiner_checkpoint", "infotext", "firstpass_image");

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
    AlwaysOnScripts scripts = AlwaysOnScripts.read(fields, notes);
    scripts.putSettings(picture);
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
    Optional<TiledDiffusion> tiled = scripts.tiled(isFromPicture, notes);
    tiled
        .flatMap(each -> Optional.ofNullable(each.size()))
        .ifPresent(size -> picture.put(SIZE, size.toString()));
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
    Optional<byte[]> image =
        isFromPicture ? putStart(fields, tiled, picture, notes) : Optional.empty();
    refuseForeign(fields, isFromPicture);
    tiled.ifPresent(each -> each.put(picture, isFromPicture, notes));
    scripts.putControls(
        new ControlNetUnits.Request(
            image.orElse(null),
            fields.integer("resize_mode", 0, RESIZE_MODES.size() - 1).orElse(0),
            picture.has(InpaintFields.MASK),
            isHiresFix(fields)),
        picture,
        notes);
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
        notes,
        tiled.map(TiledDiffusion::tiles));
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

  /**
   * The windows of Tiled Diffusion are those of the model, if it has them.
   *
   * @param nativeSide of the model in pixels; empty: it is not known which model draws
   */
  void settleTiles(OptionalInt nativeSide) {
    tiles.ifPresent(each -> each.settle(picture, nativeSide, notes));
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
    picture.put(SIZE, size.toString());
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

  /** The file of the picture to start from, as it was sent; empty: it is wrong. */
  private static Optional<byte[]> putStart(
      Fields fields, Optional<TiledDiffusion> tiled, ObjectNode picture, List<String> notes) {
    List<String> images = fields.texts("init_images");
    if (images.size() != 1) {
      fields.wrong(
          "exactly one init image is required, but " + images.size() + " are given",
          "value_error.list.length",
          "init_images");
      return Optional.empty();
    }
    boolean isMasked = fields.isGiven(InpaintFields.MASK);
    InpaintFields inpainting = InpaintFields.read(fields);
    picture.put("strength", strength(fields, isMasked, notes));
    int mode = fields.integer("resize_mode", 0, RESIZE_MODES.size() - 1).orElse(0);
    byte[] image;
    try {
      image = Base64Picture.decode(images.get(0));
    } catch (IllegalArgumentException e) {
      fields.wrong("Invalid encoded image: " + e.getMessage(), "value_error.base64", "init_images");
      return Optional.empty();
    }
    boolean isExtended = picture.has("outpaint"); // by our own name
    if (isMasked || isExtended) {
      picture.put("image", image);
    }
    if (isMasked) {
      inpainting.put(fields, image, picture, notes);
      picture.remove(SIZE);
    } else if (isExtended) {
      if (picture.remove(SIZE) != null) {
        notes.add("width and height have no effect beside outpaint, which says the size");
      }
    } else {
      tiled
          .flatMap(each -> each.sizeOf(FittedPicture.extent(image), size(picture)))
          .ifPresent(size -> picture.put(SIZE, size.toString()));
      picture.put("image", framed(image, RESIZE_MODES.get(mode), picture));
    }
    return Optional.of(image);
  }

  private static double strength(Fields fields, boolean isMasked, List<String> notes) {
    double strength = fields.number("denoising_strength").orElse(STRENGTH);
    if (strength == 0 && !isMasked) {
      // WebUI goes at least one step, the one of the least noise, which this is for all steps.
      notes.add("denoising_strength 0 is drawn as one step of the least noise, as WebUI does");
      return SMALLEST_STRENGTH;
    }
    return strength;
  }

  private static @Nullable PixelExtent size(ObjectNode picture) {
    return picture.has(SIZE) ? PixelExtent.parse(picture.get(SIZE).asText()) : null;
  }

  /** Only where a size is asked for: nobody knows the aspect of the model's own. */
  private static byte[] framed(byte[] image, PictureFrame mode, ObjectNode picture) {
    PixelExtent size = size(picture);
    return size == null ? image : mode.frame(image, size);
  }

  private static void refuseForeign(Fields fields, boolean isFromPicture) {
    for (String flag : FOREIGN_FLAGS) {
      if (fields.flag(flag).orElse(false)) {
        refuse(flag);
      }
    }
    for (String part : FOREIGN_PARTS) {
      boolean isTaken = isFromPicture && part.equals(InpaintFields.MASK);
      if (fields.isGiven(part) && !isTaken) {
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
    echo.putNull(InpaintFields.MASK);
    return echo;
  }
}
