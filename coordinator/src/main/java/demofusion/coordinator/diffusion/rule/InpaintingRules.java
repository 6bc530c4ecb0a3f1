package demofusion.coordinator.diffusion.rule;

import demofusion.coordinator.diffusion.mask.MaskedPicture;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.api.request.RenderSpec;
import demofusion.protocol.api.request.condition.InpaintArea;
import demofusion.protocol.api.request.condition.Inpainting;
import demofusion.protocol.api.request.method.RenderMethod;
import demofusion.protocol.latent.PixelExtent;
import demofusion.protocol.model.ModelGeometry;
import org.jspecify.annotations.Nullable;

/**
 * What cannot be where a part of a picture is drawn anew (conditioning sections 5.7 and 5.8), and
 * the picture where everything can.
 */
public final class InpaintingRules {
  private InpaintingRules() {}

  /**
   * The picture of a request, its pixels read.
   *
   * @return null where everything is drawn
   * @throws DemofusionException BAD_REQUEST with one sentence
   */
  public static @Nullable MaskedPicture picture(RenderSpec spec, ModelGeometry geometry) {
    Inpainting inpainting = spec.conditions().inpainting();
    if (inpainting == null) {
      if (geometry.inputs().mask()) {
        throw DemofusionException.badRequest(
            "this model draws parts of pictures (its UNet has %s channels): give it a picture and which part is drawn anew, with --image and --mask"
                .formatted(geometry.tileChannels()));
      }
      return null;
    }
    requireAlone(spec, inpainting, geometry);
    MaskedPicture picture =
        MaskedPicture.of(inpainting, geometry.vaeScaleFactor(), geometry.nativeSide());
    requireOwnSize(spec.size(), picture.canvas());
    return picture;
  }

  private static void requireAlone(RenderSpec spec, Inpainting inpainting, ModelGeometry geometry) {
    refuseIf(
        spec.source() != null, "an image to start from", "inpainting starts from its own picture");
    refuseIf(
        spec.method() == RenderMethod.FAST,
        "method fast",
        "its few steps leave no time to put the kept part back");
    refuseIf(
        spec.method() == RenderMethod.SR, "method sr", "its upscaler would redraw the kept part");
    refuseIf(
        spec.referenceOddities(),
        "compat reference",
        "the released pipeline draws whole pictures only");
    refuseIf(
        geometry.inputs().mask() && spec.methodSettings().windows().interaction(),
        "window interaction with a model of nine channels",
        "its views are mixtures of several places");
    boolean isCut = inpainting.area() == InpaintArea.MASKED || inpainting.cut() != null;
    if (!isCut && inpainting.padding() != null) {
      throw DemofusionException.badRequest(
          "padding %s is around a mask that alone is computed: ask for inpaint area masked too, or leave it out"
              .formatted(inpainting.padding()));
    }
  }

  private static void refuseIf(boolean isSo, String what, String why) {
    if (isSo) {
      throw DemofusionException.badRequest(
          what + " cannot be combined with a mask, since " + why + ": leave one of them out");
    }
  }

  private static void requireOwnSize(@Nullable PixelExtent asked, PixelExtent canvas) {
    if (asked != null && !asked.equals(canvas)) {
      throw DemofusionException.badRequest(
          "size %s is not the picture's: inpainting draws at the picture's own size: --size %s"
              .formatted(asked, canvas));
    }
  }

  /**
   * The step of phase 1 that a strength begins at (conditioning section 5.3).
   *
   * @param steps N, of a whole phase
   * @throws DemofusionException BAD_REQUEST if that leaves none
   */
  public static int firstStep(double strength, int steps) {
    int drawn = Math.min((int) (steps * strength), steps);
    if (drawn < 1) {
      throw DemofusionException.badRequest(
          "strength %s of %s steps leaves none to draw in; it must be at least %s"
              .formatted(strength, steps, LeastShare.ofOne(steps)));
    }
    return steps - drawn;
  }
}
