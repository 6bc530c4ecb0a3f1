package demofusion.coordinator.diffusion.rule;

import demofusion.coordinator.diffusion.condition.CentreCrop;
import demofusion.coordinator.diffusion.mask.AreaPlace;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.api.request.RenderSpec;
import demofusion.protocol.api.request.condition.AdapterBlocks;
import demofusion.protocol.api.request.condition.AdapterUse;
import demofusion.protocol.api.request.condition.ConditionSettings;
import demofusion.protocol.api.request.condition.ControlFacts;
import demofusion.protocol.api.request.condition.ControlFit;
import demofusion.protocol.api.request.condition.ControlResize;
import demofusion.protocol.api.request.condition.ControlUse;
import demofusion.protocol.api.request.condition.NamedNetwork;
import demofusion.protocol.api.request.condition.PictureBytes;
import demofusion.protocol.latent.PixelExtent;
import demofusion.protocol.model.ModelGeometry;
import demofusion.protocol.model.UnetShape;
import java.util.List;
import java.util.Optional;

/**
 * What ControlNets and IP-Adapters cannot do with a model and a size (conditioning sections 2.6 and
 * 4.4); what needs neither is refused where a request is accepted.
 */
public final class ConditionRules {
  /** Of a picture that is resized from phase to phase: each worker goes through all sizes. */
  private static final int LONGEST_CHAIN = 8192;

  /** Of a control picture, in pixels. */
  private static final int LONGEST_SIDE = 16384;

  /**
   * Of a control picture: it is decoded whole, 3 bytes a pixel, twice over where something is made
   * of it, and once more on each worker, beside a network that sees no more of it than the phase's
   * own pixels.
   */
  private static final long MOST_PIXELS = 100_000_000;

  private static final double COST_OF_SDXL = 0.45;
  private static final double COST_OF_SD = 0.35;

  private ConditionRules() {}

  /** What a ControlNet for a model costs beside it, of which nothing is known yet. */
  public static double usualCost(ModelGeometry model) {
    return isSdxl(model) ? COST_OF_SDXL : COST_OF_SD;
  }

  private static boolean isSdxl(ModelGeometry model) {
    return model.inputs().microConditioning();
  }

  /**
   * @param place of what is computed, in the image
   * @param phases how many there are
   * @throws DemofusionException BAD_REQUEST
   */
  public static void require(RenderSpec spec, ModelGeometry model, AreaPlace place, int phases) {
    ConditionSettings conditions = spec.conditions();
    for (ControlUse use : conditions.controls()) {
      requireFit("ControlNet", use.network(), use.known().map(ControlFacts::unet), model);
      requireControl(use, place, phases);
    }
    for (AdapterUse use : conditions.adapters()) {
      requireFit("IP-Adapter", use.network(), unet(use), model);
      if (use.blocks() != AdapterBlocks.ALL && !isSdxl(model)) {
        throw DemofusionException.badRequest(
            "IP-Adapter blocks %s are places in SDXL, and this model is none: leave them out"
                .formatted(use.blocks()));
      }
    }
  }

  private static Optional<UnetShape> unet(AdapterUse use) {
    return Optional.ofNullable(use.facts())
        .map(facts -> new UnetShape(facts.contextWidth(), List.of()));
  }

  private static void requireFit(
      String what, NamedNetwork network, Optional<UnetShape> madeFor, ModelGeometry model) {
    UnetShape there = model.inputs().unet();
    if (there != null) {
      madeFor
          .flatMap(unet -> unet.misfit(there))
          .ifPresent(
              why -> {
                throw DemofusionException.badRequest("%s %s %s".formatted(what, network, why));
              });
    }
  }

  private static void requireControl(ControlUse use, AreaPlace place, int phases) {
    PixelExtent size = place.extent();
    if (use.isOfPhase() && phases < 2) {
      throw DemofusionException.badRequest(
          "ControlNet %s follows the picture of the phase before, and size %s has one phase: give it a picture, or choose a larger size"
              .formatted(use.network(), size));
    }
    if (use.resize() == ControlResize.CHAIN && isOver(size, LONGEST_CHAIN)) {
      throw DemofusionException.badRequest(
          "control resize chain goes through all phases on every worker and ends at %sx%s pixels, and the image has %s: use fresh"
              .formatted(LONGEST_CHAIN, LONGEST_CHAIN, size));
    }
    PictureBytes picture = use.picture();
    if (picture != null) {
      picture.extent().ifPresent(has -> requirePicture(use, has, place.whole()));
    }
  }

  private static boolean isOver(PixelExtent size, long side) {
    return size.area() > side * side;
  }

  private static void requirePicture(ControlUse use, PixelExtent has, PixelExtent size) {
    if (Math.max(has.width(), has.height()) > LONGEST_SIDE) {
      throw DemofusionException.badRequest(
          "the control picture of %s has %s pixels; its sides must have at most %s: make it smaller"
              .formatted(use.network(), has, LONGEST_SIDE));
    }
    if (has.area() > MOST_PIXELS) {
      throw DemofusionException.badRequest(
          "the control picture of %s has %s pixels, %s of them, and at most %s are decoded, whole and on every worker: make it smaller, it is enlarged with the image"
              .formatted(use.network(), has, has.area(), MOST_PIXELS));
    }
    if (use.fit() == null && !CentreCrop.isNear(has, size)) {
      throw DemofusionException.badRequest(
          "the control picture of %s has %s pixels and the image %s, another aspect: say control fit %s or %s, or give it a picture of the image's aspect"
              .formatted(use.network(), has, size, ControlFit.STRETCH, ControlFit.CROP));
    }
  }
}
