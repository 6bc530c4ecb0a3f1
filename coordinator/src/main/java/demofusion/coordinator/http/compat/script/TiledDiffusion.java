package demofusion.coordinator.http.compat.script;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import demofusion.coordinator.http.compat.field.Fields;
import demofusion.coordinator.image.WebUiSize;
import demofusion.protocol.latent.PixelExtent;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The script Tiled Diffusion (pkuliyi2015's multidiffusion-upscaler): its method, size, tiles and
 * regions, as far as they are something here. Text to image by it is MultiDiffusion at the size
 * that is asked for, which is a method here too; a picture that it redraws is enlarged and redrawn
 * by DemoFusion.
 *
 * @param isMixture whether the method is Mixture of Diffusers, else MultiDiffusion
 * @param size instead of the request's, of text to image; null: that one
 * @param keepsInputSize image to image: whether the size is the picture's, times the scale
 * @param scale of the upscaler, which is 1 without one
 * @param upscaler its name; empty: none
 */
public record TiledDiffusion(
    boolean isMixture,
    @Nullable WebUiSize size,
    boolean keepsInputSize,
    double scale,
    Optional<String> upscaler,
    Tiles tiles,
    boolean invertsNoise,
    Optional<TiledRegions> regions) {
  public static final String TITLE = "Tiled Diffusion";

  /** In the order of its user interface; the regions' boxes come behind them. */
  static final List<String> NAMES =
      List.of(
          "enabled",
          "method",
          "overwrite_size",
          "keep_input_size",
          "image_width",
          "image_height",
          "tile_width",
          "tile_height",
          "overlap",
          "tile_batch_size",
          "upscaler_name",
          "scale_factor",
          "noise_inverse",
          "noise_inverse_steps",
          "noise_inverse_retouch",
          "noise_inverse_renoise_strength",
          "noise_inverse_renoise_kernel",
          "control_tensor_cpu",
          "enable_bbox_control",
          "draw_background",
          "causal_layers");

  private static final String MULTI_DIFFUSION = "MultiDiffusion";
  private static final String MIXTURE = "Mixture of Diffusers";
  private static final String METHOD = "method";
  private static final String MULTIDIFFUSION = "multidiffusion"; // ours
  private static final String WEIGHTS = "windowWeights";
  private static final int LARGEST_SIDE = 1 << 20;

  /**
   * Reads its arguments.
   *
   * @return empty: it is switched off
   */
  public static Optional<TiledDiffusion> read(JsonNode args, boolean isFromPicture) {
    ScriptArguments.requireList(args, TITLE);
    Fields fields = ScriptArguments.named(args, TITLE, 0, NAMES);
    boolean isEnabled = fields.flag("enabled").orElse(false);
    String method = fields.text(METHOD).orElse(isFromPicture ? MIXTURE : MULTI_DIFFUSION);
    if (!method.equals(MULTI_DIFFUSION) && !method.equals(MIXTURE)) {
      fields.wrong("must be " + MULTI_DIFFUSION + " or " + MIXTURE, "value_error.const", METHOD);
    }
    boolean overwrites = fields.flag("overwrite_size").orElse(false);
    int width = fields.integer("image_width", 1, LARGEST_SIDE).orElse(1024);
    int height = fields.integer("image_height", 1, LARGEST_SIDE).orElse(1024);
    Optional<String> upscaler =
        fields.text("upscaler_name").filter(name -> isFromPicture && !name.equals("None"));
    double scale = fields.number("scale_factor").orElse(2.0);
    boolean isRegional = fields.flag("enable_bbox_control").orElse(false);
    boolean drawsBackground = fields.flag("draw_background").orElse(false);
    TiledDiffusion read =
        new TiledDiffusion(
            method.equals(MIXTURE),
            overwrites && !isFromPicture ? WebUiSize.of(width, height) : null,
            fields.flag("keep_input_size").orElse(true),
            upscaler.isPresent() ? scale : 1,
            upscaler,
            Tiles.read(fields, isFromPicture),
            isFromPicture && fields.flag("noise_inverse").orElse(false),
            isRegional && isEnabled
                ? Optional.of(TiledRegions.read(args, NAMES.size(), drawsBackground))
                : Optional.empty());
    fields.requireValid();
    return Optional.of(read).filter(each -> isEnabled);
  }

  /** The size of a picture that is redrawn: its own or the one asked for, times the scale. */
  public Optional<WebUiSize> sizeOf(PixelExtent picture, @Nullable PixelExtent asked) {
    PixelExtent side = keepsInputSize ? picture : asked;
    return side == null
        ? Optional.empty()
        : Optional.of(WebUiSize.of((long) (side.width() * scale), (long) (side.height() * scale)));
  }

  /** Puts everything but the size into a picture that has all of its own fields. */
  public void put(ObjectNode picture, boolean isFromPicture, List<String> notes) {
    String name = isMixture ? MIXTURE : MULTI_DIFFUSION;
    if (isFromPicture) {
      notes.add(
          TITLE + ": the picture is enlarged and redrawn in DemoFusion's phases, not by " + name);
    } else if (!picture.has(METHOD)) {
      picture.put(METHOD, MULTIDIFFUSION);
    } else if (!picture.get(METHOD).asText().equals(MULTIDIFFUSION)) {
      notes.add(
          "%s: its method %s is not used, since method %s is asked for by our own name"
              .formatted(TITLE, name, picture.get(METHOD).asText()));
    }
    if (isMixture && !picture.has(WEIGHTS)) {
      picture.put(WEIGHTS, "gaussian");
    }
    upscaler.ifPresent(
        each ->
            notes.add(
                TITLE
                    + ": the upscaler "
                    + each
                    + " is not used, since DemoFusion enlarges the picture itself; the size is as"
                    + " its scale factor makes it"));
    if (invertsNoise) {
      notes.add(
          TITLE
              + ": its noise inversion is not done, since DemoFusion's phases begin with the noised"
              + " picture, which does that work");
    }
    regions.ifPresent(each -> each.put(picture, tiles, notes));
  }
}
