package demofusion.coordinator.render;

import demofusion.coordinator.diffusion.RenderPlan;
import demofusion.coordinator.image.upscale.Enlargement;
import demofusion.protocol.api.request.method.RenderMethod;
import demofusion.protocol.api.request.method.UpscalerUse;
import demofusion.protocol.latent.PixelExtent;

/**
 * How much of the heap the answers of an upscaler may take that are on their way at once, and how
 * many these are: all of them may come before one is stored.
 */
final class UpscaleRoom {
  // A tile is in the heap as the bytes of a message and as numbers.
  private static final int COPIES = 2;

  private static final int HEAP_SHARE = 6; // one in so many bytes of the heap
  private static final int LEAST = 2; // or a worker waits for each tile to be stored

  private final long heapBytes;

  /**
   * @param heapBytes all that there is
   */
  UpscaleRoom(long heapBytes) {
    this.heapBytes = heapBytes;
  }

  /** Of this process. */
  static UpscaleRoom here() {
    return new UpscaleRoom(Runtime.getRuntime().maxMemory());
  }

  /**
   * @param scale of the upscaler
   */
  long tiles(int scale) {
    return Math.max(LEAST, heapBytes / HEAP_SHARE / bytesOfTile(scale));
  }

  /** Of a job beside its latents; 0 where no upscaler enlarges its picture. */
  long bytes(RenderPlan plan) {
    UpscalerUse upscaler = plan.spec().methodSettings().upscaler();
    if (plan.spec().method() != RenderMethod.SR || upscaler == null || !upscaler.isResolved()) {
      return 0;
    }
    int scale = upscaler.scale();
    PixelExtent small = plan.lastPhase().extent().toPixels(plan.geometry().vaeScaleFactor());
    long all = Enlargement.tiles(small, scale, plan.size());
    return Math.min(all, tiles(scale)) * bytesOfTile(scale);
  }

  private static long bytesOfTile(int scale) {
    return COPIES * Enlargement.answerBytes(scale);
  }
}
