package demofusion.deploy.plan;

import demofusion.coordinator.diffusion.RenderPlan;
import demofusion.coordinator.dispatch.ledger.BatchTerms;
import demofusion.coordinator.dispatch.ledger.Urgency;
import demofusion.coordinator.image.upscale.Enlargement;
import demofusion.coordinator.image.upscale.UpscaleTile;
import demofusion.deploy.plan.Piece.Kind;
import demofusion.deploy.plan.PlannedWork.Stage;
import demofusion.protocol.latent.LatentExtent;
import demofusion.protocol.latent.PixelExtent;
import java.util.Collections;
import java.util.List;

/**
 * What the upscaler of method sr computes (modes section 7), where a plan has its name and not its
 * file: as the usual one, RRDBNet of 23 blocks that enlarges by 4, in tiles with their margins.
 */
final class UpscalingEstimate {
  private static final int FACTOR = 4;

  /**
   * Products of its convolutions at the picture's own size, at twice, and at four times its sides.
   */
  private static final double WEIGHTS =
      9 * (3 * 64 + 23 * 3 * (64 + 96 + 128 + 160) * 32.0 + 23 * 3 * 192 * 64.0 + 64 * 64);

  private static final double WEIGHTS_AT_2 = 9 * 64 * 64;
  private static final double WEIGHTS_AT_4 = 9 * (2 * 64 * 64 + 64 * 3);

  private UpscalingEstimate() {}

  /** Of a pixel that goes in. */
  static double flopOfPixel() {
    return 2 * (WEIGHTS + 4 * WEIGHTS_AT_2 + 16 * WEIGHTS_AT_4);
  }

  /** A pass after the other, until no side is smaller than the target's. */
  static List<Stage> stages(RenderPlan plan) {
    PixelExtent first = plan.lastPhase().extent().toPixels(plan.geometry().vaeScaleFactor());
    return Enlargement.passes(first, FACTOR, plan.size()).stream()
        .map(each -> new Stage(plan.lastPhase().number(), tiles(plan, each), 1, 0))
        .toList();
  }

  private static List<Piece> tiles(RenderPlan plan, PixelExtent picture) {
    int count = (int) UpscaleTile.count(picture);
    double pixels = UpscaleTile.seenPixels(picture);
    BatchTerms terms = BatchTerms.upscaling(Urgency.PICTURE, plan.spec().threads());
    int side =
        Math.min(UpscaleTile.CORE, Math.max(picture.width(), picture.height()))
            + 2 * UpscaleTile.MARGIN;
    Piece tile =
        new Piece(
            Kind.UPSCALE,
            new LatentExtent(side, side),
            1,
            false,
            0,
            pixels / count * flopOfPixel(),
            terms);
    return Collections.nCopies(count, tile);
  }
}
