package demofusion.coordinator.render;

import demofusion.coordinator.image.LatentCut;
import demofusion.coordinator.image.TilePlan;
import demofusion.protocol.latent.LatentExtent;
import demofusion.protocol.model.ModelGeometry;
import java.util.List;

/**
 * How large a latent is decoded whole, and how a larger one is cut. A function of the model alone,
 * since it belongs to the picture's identity. All in latent samples.
 *
 * @param wholeSide up to this side a latent is decoded in one piece
 * @param core what one tile adds to the picture
 * @param overlap context on each side of it; half of it is used for the seam
 * @param wholeSurvey up to this area a latent is surveyed in one piece
 * @param surveySide side of the samples that a larger one is surveyed by
 */
public record PictureTiling(int wholeSide, int core, int overlap, int wholeSurvey, int surveySide) {
  /** As wide as what the decoder's convolutions look at, and measured to leave no seam. */
  private static final int CORE = 64;

  private static final int OVERLAP = 16;

  /** 4 MiB in one message; the survey itself bounds what it looks at in detail. */
  private static final int WHOLE_SURVEY = 512 * 512;

  private static final int SURVEY_SIDE = 160;
  private static final int SURVEYS_PER_AXIS = 3;
  private static final int SURVEY_MARGINS = 8; // of a sample's side, one is context only

  public static PictureTiling of(ModelGeometry geometry) {
    int wholeSide = Math.max(geometry.sampleSize(), CORE + 2 * OVERLAP);
    return new PictureTiling(wholeSide, CORE, OVERLAP, WHOLE_SURVEY, SURVEY_SIDE);
  }

  public TilePlan tiles(LatentExtent extent) {
    return extent.longer() <= wholeSide
        ? TilePlan.whole(extent)
        : TilePlan.of(extent, core, overlap);
  }

  /** What is looked at before tiles are decoded. */
  public List<LatentCut> surveys(LatentExtent extent) {
    return isSurveyedWhole(extent)
        ? List.of(new LatentCut(0, 0, extent.height(), extent.width()))
        : TilePlan.survey(extent, surveySide, SURVEYS_PER_AXIS);
  }

  /** The border of each survey that is context only. */
  public int surveyMargin(LatentExtent extent) {
    return isSurveyedWhole(extent) ? 0 : surveySide / SURVEY_MARGINS;
  }

  private boolean isSurveyedWhole(LatentExtent extent) {
    return extent.area() <= wholeSurvey;
  }
}
