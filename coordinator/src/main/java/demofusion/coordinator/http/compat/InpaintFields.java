package demofusion.coordinator.http.compat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import demofusion.coordinator.http.body.ApiException;
import demofusion.coordinator.http.compat.field.Base64Picture;
import demofusion.coordinator.http.compat.field.Fields;
import demofusion.coordinator.image.FittedPicture;
import demofusion.coordinator.image.WebUiSize;
import demofusion.coordinator.image.repair.EditMask;
import demofusion.protocol.latent.PixelExtent;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * {@code img2img} with a mask: what it covers is drawn anew, and the rest stays the picture's, byte
 * for byte (conditioning section 5). WebUI resizes picture and mask to {@code width} and {@code
 * height}; here both are drawn at the picture's own size.
 *
 * @param blur sigma of the ramp in pixels; empty: nothing is said
 * @param isOneBlur whether it is the same across and down
 * @param content what lies under the mask to begin with, by WebUI's numbers; empty: nothing is said
 * @param isMaskedOnly whether only what the mask covers is computed, and the padding around it
 */
record InpaintFields(
    boolean isInverted,
    OptionalInt blur,
    boolean isOneBlur,
    OptionalInt content,
    boolean isMaskedOnly,
    int padding) {
  static final String MASK = "mask";
  private static final String BLUR = "mask_blur";
  private static final String FILL = "inpainting_fill";
  private static final String FULL = "inpaint_full_res";
  private static final String AREA = "inpaintArea";
  private static final String PADDING = "padding";
  private static final int MOST_BLUR = 256;
  private static final int MOST_PADDING = 4096;
  private static final int SIDE = 512; // WebUI's, where none is given

  /** By WebUI's numbers. */
  private static final List<String> CONTENTS =
      List.of("fill", "original", "latent noise", "latent nothing");

  private static final int ORIGINAL = 1;
  private static final int LATENT_NOISE = 2;

  /** Reads them, as WebUI does also where there is no mask. */
  static InpaintFields read(Fields fields) {
    int both = fields.integer(BLUR, 0, MOST_BLUR).orElse(-1);
    int across = fields.integer(BLUR + "_x", 0, MOST_BLUR).orElse(-1);
    int down = fields.integer(BLUR + "_y", 0, MOST_BLUR).orElse(-1);
    int blur = both >= 0 ? both : Math.max(across, down);
    return new InpaintFields(
        fields.integer("inpainting_mask_invert", 0, 1).orElse(0) == 1,
        blur < 0 ? OptionalInt.empty() : OptionalInt.of(blur),
        both >= 0 || across == down,
        fields.integer(FILL, 0, CONTENTS.size() - 1).stream().mapToInt(each -> each).findFirst(),
        fields.flag(FULL).orElse(true),
        fields.integer("inpaint_full_res_padding", 0, MOST_PADDING).orElse(0));
  }

  /**
   * Puts the mask and what belongs to it into a picture that begins with another one.
   *
   * @param image that one's file
   * @throws ApiException if it asks for what is not done here
   */
  void put(Fields fields, byte[] image, ObjectNode picture, List<String> notes) {
    Optional<String> mask = fields.text(MASK);
    if (mask.isEmpty()) {
      return; // it is no text, which is said already
    }
    try {
      picture.put(MASK, EditMask.ofWebUi(Base64Picture.decode(mask.get()), isInverted));
    } catch (IllegalArgumentException e) {
      fields.wrong("Invalid encoded image: " + e.getMessage(), "value_error.base64", MASK);
      return;
    }
    putContent(picture, notes);
    putBlur(picture, notes);
    if (!picture.has(AREA)) {
      picture.put(AREA, isMaskedOnly ? "masked" : "picture");
    }
    if (isMaskedOnly && !picture.has(PADDING)) {
      picture.put(PADDING, padding);
    }
    requireSize(fields, image, notes);
  }

  /** The picture, or noise, which is a strength of 1. */
  private void putContent(ObjectNode picture, List<String> notes) {
    int taken = content.orElse(ORIGINAL);
    if (taken == LATENT_NOISE) {
      if (picture.path("strength").asDouble() < 1) {
        notes.add(
            "inpainting_fill 2 (latent noise) is drawn from noise alone, as with"
                + " denoising_strength 1");
      }
      picture.put("strength", 1);
    } else if (taken != ORIGINAL) {
      throw ApiException.badRequest(
          "inpainting_fill %s (%s) is not supported: take 1 (original) or 2 (latent noise)"
              .formatted(taken, CONTENTS.get(taken)));
    }
    if (content.isEmpty()) {
      notes.add(
          "inpainting_fill is not given, which WebUI takes for 0 (fill): drawn as 1 (original)");
    }
  }

  private void putBlur(ObjectNode picture, List<String> notes) {
    if (blur.isPresent() && !picture.has("maskFeather")) {
      picture.put("maskFeather", blur.getAsInt());
    }
    if (!isOneBlur) {
      notes.add("%s_x and %s_y differ; %s is taken for both".formatted(BLUR, BLUR, blur.orElse(0)));
    }
  }

  private void requireSize(Fields fields, byte[] image, List<String> notes) {
    if (!fields.isGiven("width") && !fields.isGiven("height")) {
      return;
    }
    int width = fields.integer("width", 1, Integer.MAX_VALUE).orElse(SIDE);
    int height = fields.integer("height", 1, Integer.MAX_VALUE).orElse(SIDE);
    PixelExtent own = FittedPicture.extent(image);
    if (WebUiSize.of(width, height).equals(WebUiSize.of(own.width(), own.height()))) {
      return;
    }
    if (!isMaskedOnly) {
      throw ApiException.badRequest(
          "width and height, %sx%s, must be those of the picture, %s: with a mask it is drawn at its own size; leave both out"
              .formatted(width, height, own));
    }
    notes.add(
        "%s: what is masked is drawn at the picture's own size, %s, not enlarged to %sx%s before"
            .formatted(FULL, own, width, height));
  }
}
