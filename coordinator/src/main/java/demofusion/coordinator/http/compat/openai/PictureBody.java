package demofusion.coordinator.http.compat.openai;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import demofusion.coordinator.http.body.ApiException;
import demofusion.coordinator.http.body.MultipartForm;
import demofusion.coordinator.http.compat.field.Base64Picture;
import demofusion.coordinator.image.FittedPicture;
import demofusion.coordinator.image.repair.EditMask;
import demofusion.protocol.latent.PixelExtent;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A request that brings a picture: as a form with a file, or as JSON with a data URL.
 *
 * @param fields the others, as if they had come in JSON
 * @param mask a picture that is transparent where an edit draws anew; null: all of it is redrawn
 */
record PictureBody(ObjectNode fields, byte[] picture, byte @Nullable [] mask) {
  private static final Pattern IMAGE = Pattern.compile("image(?:\\[\\d{0,3}])?");
  private static final Pattern INSIDE = Pattern.compile("([^\\[\\]]+)\\[([^\\[\\]]+)]");

  /** What would change the picture in ways that are not to be had here. */
  private static final Set<String> FOREIGN = Set.of("markup");

  static final String MASK = "mask";

  /** A form has texts only; those of other fields are what they look like. */
  private static final Set<String> TEXTS =
      Set.of(
          "prompt",
          "negativePrompt",
          "negative_prompt",
          "model",
          "size",
          "user",
          "quality",
          "background",
          "style",
          "moderation",
          "response_format",
          "output_format",
          "input_fidelity",
          "safety_identifier",
          "scheduler");

  /** So that {@code 0,256} stays a text. */
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

  /** Sides are a multiple of this many pixels, a sample of the latent. */
  private static final int PIXELS = 8;

  static PictureBody ofForm(MultipartForm form) {
    ObjectNode fields = JsonNodeFactory.instance.objectNode();
    List<byte[]> pictures = new ArrayList<>();
    byte @Nullable [] mask = null;
    for (MultipartForm.Part part : form.parts()) {
      String name = part.name().replaceFirst("\\[]$", "");
      if (name.equals(MASK) && part.bytes().length > 0) {
        mask = part.isFile() ? part.bytes() : picture(MASK, part.text());
      } else if (IMAGE.matcher(part.name()).matches()) {
        pictures.add(part.isFile() ? part.bytes() : picture("image", part.text()));
      } else if (FOREIGN.contains(name)) {
        refuseForeign(part.name(), part.bytes().length > 0);
      } else if (!name.equals(MASK)) {
        put(fields, part.name(), part.text());
      }
    }
    return of(fields, pictures, mask);
  }

  private static void put(ObjectNode fields, String name, String text) {
    Matcher inside = INSIDE.matcher(name);
    if (inside.matches()) {
      JsonNode object = fields.path(inside.group(1));
      if (!object.isMissingNode() && !object.isObject()) {
        throw new WrongField(
            inside.group(1), inside.group(1) + " is given as a value and with fields of its own");
      }
      put(fields.withObjectProperty(inside.group(1)), inside.group(2), text);
    } else if (!text.isBlank() || name.equals("prompt")) {
      // What is left empty in a form is not given.
      fields.set(name, TEXTS.contains(name) ? fields.textNode(text) : value(text));
    }
  }

  private static JsonNode value(String text) {
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException e) {
      return JsonNodeFactory.instance.textNode(text);
    }
  }

  static PictureBody ofJson(JsonNode body) {
    if (!(body instanceof ObjectNode fields)) {
      throw ApiException.badRequest("the body must be one JSON object");
    }
    FOREIGN.forEach(name -> refuseForeign(name, fields.hasNonNull(name)));
    List<byte[]> pictures = new ArrayList<>();
    for (String name : List.of("images", "image")) {
      JsonNode given = fields.path(name);
      if (given.isArray()) {
        given.forEach(each -> pictures.add(picture(name, each)));
      } else if (!given.isMissingNode() && !given.isNull()) {
        pictures.add(picture(name, given));
      }
      fields.remove(name);
    }
    JsonNode mask = fields.path(MASK);
    boolean isMasked = !mask.isMissingNode() && !mask.isNull();
    byte @Nullable [] masked = isMasked ? picture(MASK, mask) : null;
    fields.remove(MASK);
    return of(fields, pictures, masked);
  }

  private static byte[] picture(String field, JsonNode given) {
    JsonNode text = given.isObject() ? given.path("image_url") : given;
    // As the chat API writes it.
    JsonNode url = text.isObject() ? text.path("url") : text;
    if (!url.isTextual()) {
      throw new WrongField(
          field, field + " must have an image_url that is a data URL; there are no files here");
    }
    return picture(field, url.asText());
  }

  private static byte[] picture(String field, String text) {
    try {
      return Base64Picture.decode(text);
    } catch (IllegalArgumentException e) {
      throw new WrongField(field, field + " cannot be read: " + e.getMessage());
    }
  }

  private static void refuseForeign(String field, boolean isGiven) {
    if (isGiven) {
      throw new WrongField(
          field, field + " is not supported: what is drawn anew is what the mask leaves out");
    }
  }

  private static PictureBody of(ObjectNode fields, List<byte[]> pictures, byte @Nullable [] mask) {
    if (pictures.isEmpty()) {
      throw new WrongField("image", "image is missing; send one picture");
    }
    if (pictures.size() > 1) {
      throw new WrongField(
          "image", pictures.size() + " pictures are given; one can be edited at a time");
    }
    return new PictureBody(fields, pictures.get(0), mask);
  }

  /**
   * The mask as ours is: white where it is drawn anew.
   *
   * @throws WrongField if it leaves nothing out
   */
  Optional<byte[]> drawnAnew() {
    if (mask == null) {
      return Optional.empty();
    }
    return Optional.of(
        EditMask.ofTransparency(mask)
            .orElseThrow(
                () ->
                    new WrongField(
                        MASK,
                        "mask has no transparent pixels, so nothing is to be drawn anew; make"
                            + " transparent what the edit may change")));
  }

  /** The picture's, as near as a picture can be drawn. */
  String size() {
    PixelExtent extent = FittedPicture.extent(picture);
    return new PixelExtent(whole(extent.width()), whole(extent.height())).toString();
  }

  private static int whole(int side) {
    return Math.max(PIXELS, side / PIXELS * PIXELS);
  }
}
