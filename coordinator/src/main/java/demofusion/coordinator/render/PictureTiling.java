package demofusion.coordinator.render;

import demofusion.coordinator.image.LatentCut;
import demofusion.coordinator.image.TilePlan;
import demofusion.protocol.latent.LatentExtent;
import demofusion.protocol.model.ModelGeometry;
import java.util.List;

/**
 * How large a latent is decoded whole, and how a larger one is cut. A function of the model alone,
 * since it belongs to the picture's identity.
 *
 * @param wholeSide up to this side a latent is decoded in one piece, in latent samples
 * @param core what one tile adds to the picture
 * @param overlap context on each side of it: what the decoder's convolutions look at
 * @param surveySide side of the samples that are looked at beforehand
 * @param surveyMargin their borders, which are context only
 * @param surveysPerAxis how many of them there are at most on one axis
 */
public record PictureTiling(
    int wholeSide, int core, int overlap, int surveySide, int surveyMargin, int surveysPerAxis) {
  private static final int LEAST_OVERLAP = 8;

  /** Tiles about as large as the model's native picture, so that what decodes one decodes all. */
  public static PictureTiling of(ModelGeometry geometry) {
    int side = geometry.sampleSize();
    int overlap = Math.max(LEAST_OVERLAP, side / 8);
    int core = Math.max(2 * overlap, side - 2 * overlap);
    int surveySide = Math.max(side / 2, 2 * overlap);
    return new PictureTiling(side, core, overlap, surveySide, surveySide / 4, 3);
  }

  TilePlan tiles(LatentExtent extent) {
    return extent.longer() <= wholeSide
        ? TilePlan.whole(extent)
        : TilePlan.of(extent, core, overlap);
  }

  List<LatentCut> surveys(LatentExtent extent) {
    return TilePlan.survey(extent, surveySide, surveysPerAxis);
  }
}
