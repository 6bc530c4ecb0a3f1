package demofusion.coordinator.render;

import demofusion.coordinator.diffusion.Phase;
import demofusion.coordinator.diffusion.ReferenceEncoding;
import demofusion.coordinator.diffusion.RenderPlan;
import demofusion.coordinator.image.upscale.Enlargement;
import demofusion.protocol.api.request.method.RenderMethod;
import demofusion.protocol.api.request.method.UpscalerUse;
import demofusion.protocol.latent.PixelExtent;
import java.util.List;

/**
 * What the pictures between phases take, in guided views of the UNet, for how long a picture will
 * still take: by SDXL's operations (modes, section 0), which smaller models are near enough to.
 */
final class BarrierCost {
  /** Of decoding as much as one window holds. */
  private static final double DECODING = 0.78;

  /** Of the VAE's encoder on one window. */
  private static final double ENCODING = 0.36;

  /** Of an upscaler on one tile with its margin. */
  private static final double UPSCALING = 0.275;

  private final RenderPlan plan;

  BarrierCost(RenderPlan plan) {
    this.plan = plan;
  }

  /** Of the picture that a phase begins with. */
  double decoding(Phase phase) {
    int before = plan.phases().indexOf(phase) - 1;
    if (before < 0 || !plan.needsPicture(phase)) {
      return 0;
    }
    double side = plan.geometry().sampleSize();
    return DECODING * plan.phases().get(before).extent().area() / (side * side);
  }

  /** Of all windows that a phase begins with. */
  double encoding(Phase phase) {
    return ENCODING * ReferenceEncoding.count(plan, phase);
  }

  /** Of all phases after this one, and of the upscaler behind the last. */
  double after(Phase phase) {
    List<Phase> phases = plan.phases();
    return phases.subList(phases.indexOf(phase) + 1, phases.size()).stream()
            .mapToDouble(later -> decoding(later) + encoding(later))
            .sum()
        + upscaling();
  }

  private double upscaling() {
    UpscalerUse upscaler = plan.spec().methodSettings().upscaler();
    if (plan.spec().method() != RenderMethod.SR || upscaler == null || !upscaler.isResolved()) {
      return 0;
    }
    PixelExtent small = plan.lastPhase().extent().toPixels(plan.geometry().vaeScaleFactor());
    return UPSCALING * Enlargement.tiles(small, upscaler.scale(), plan.size());
  }
}
