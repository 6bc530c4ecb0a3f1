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
import demofusion.protocol.model.upscaler.RrdbShape;
import java.util.Collections;
import java.util.List;

/**
 * What the upscaler of method sr computes (modes section 7), in tiles with their margins, pass
 * after pass.
 */
final class UpscalingEstimate {
  private UpscalingEstimate() {}

  /** A pass after the other, until no side is smaller than the target's. */
  static List<Stage> stages(RenderPlan plan, RrdbShape upscaler) {
    PixelExtent first = plan.lastPhase().extent().toPixels(plan.geometry().vaeScaleFactor());
    return Enlargement.passes(first, upscaler.scale(), plan.size()).stream()
        .map(each -> new Stage(plan.lastPhase().number(), tiles(plan, upscaler, each), 1, 0))
        .toList();
  }

  private static List<Piece> tiles(RenderPlan plan, RrdbShape upscaler, PixelExtent picture) {
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
            pixels / count * upscaler.flopOfPixel(),
            terms);
    return Collections.nCopies(count, tile);
  }
}
