package demofusion.coordinator.diffusion;

import demofusion.coordinator.diffusion.fusion.NoiseFusion;
import demofusion.coordinator.diffusion.resize.EnlargedPicture;
import demofusion.coordinator.diffusion.view.LocalWindows;
import demofusion.coordinator.diffusion.view.View;
import demofusion.coordinator.diffusion.view.ViewBatch;
import demofusion.coordinator.diffusion.view.Window;
import demofusion.protocol.api.request.method.WindowSpacing;
import demofusion.protocol.api.request.method.WindowWeights;
import demofusion.protocol.latent.Latent;
import demofusion.protocol.latent.LatentExtent;
import demofusion.protocol.latent.PixelExtent;
import demofusion.protocol.latent.Tensor;
import demofusion.protocol.work.GuidanceHalf;
import demofusion.protocol.work.Work;
import demofusion.protocol.work.WorkResult;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A phase's picture on its way into the latent of the next phase (modes section 2, Z_RU): enlarged,
 * cut into windows that the VAE's encoder sees each by itself, and fused. Results may come in any
 * order, from any thread, and are fused in the order of the windows.
 */
public final class ReferenceEncoding {
  private final RenderPlan plan;
  private final LatentExtent extent;
  private final EnlargedPicture enlarged;
  private final List<Window> windows;
  private final List<View> views;
  private final Map<Integer, Tensor> ahead = new HashMap<>();
  private final NoiseFusion fusion; // of latents, here
  private int nextToFuse;

  ReferenceEncoding(RenderPlan plan, LatentExtent extent, PhasePicture picture) {
    this.plan = plan;
    this.extent = extent;
    PixelExtent size = extent.toPixels(plan.geometry().vaeScaleFactor());
    this.enlarged = new EnlargedPicture(picture.extent(), picture::rows, size);
    LocalWindows cut = windows(plan, extent);
    this.windows = cut.unjittered();
    this.views = new ArrayList<>();
    for (Window window : windows) {
      views.add(new View.Local(window, plan.conditioning()));
    }
    this.fusion = new NoiseFusion(plan.geometry().latentChannels(), extent);
    fusion.open(views, cut.weights(WindowWeights.COSINE), 0, null);
  }

  private static LocalWindows windows(RenderPlan plan, LatentExtent extent) {
    int side = plan.geometry().sampleSize();
    return new LocalWindows(extent, side, Math.max(1, side * 3 / 4), WindowSpacing.EVEN);
  }

  /** How many windows the picture that a phase begins with is cut into; 0 where it needs none. */
  public static int count(RenderPlan plan, Phase phase) {
    return plan.needsEncoding(phase) ? windows(plan, phase.extent()).count() : 0;
  }

  /** How many windows there are. */
  public int count() {
    return windows.size();
  }

  /** Where they lie in the latent to come. */
  public List<Window> windows() {
    return windows;
  }

  /** A window's enlarged pixels: always the same bits. May be called from any thread. */
  public Work.EncodePicture work(int index) {
    Window window = windows.get(index);
    int factor = plan.geometry().vaeScaleFactor();
    return new Work.EncodePicture(
        enlarged.window(
            window.top() * factor,
            window.left() * factor,
            window.height() * factor,
            window.width() * factor),
        plan.spec().threads());
  }

  /** Takes a window's result. A second answer for the same window is ignored. */
  public synchronized void accept(int index, WorkResult.EncodedPicture result) {
    LatentExtent window = views.get(index).extent();
    int channels = plan.geometry().latentChannels();
    if (result.mean().values().length != channels * window.area()) {
      throw new IllegalArgumentException(
          "window %s has a latent of %s, not %s".formatted(index, window, result.mean()));
    }
    if (index < nextToFuse) {
      return;
    }
    ahead.putIfAbsent(index, result.mean());
    for (Tensor next = ahead.remove(nextToFuse); next != null; next = ahead.remove(nextToFuse)) {
      List<View> view = List.of(views.get(nextToFuse));
      fusion.add(ViewBatch.of(nextToFuse, nextToFuse, view, GuidanceHalf.BOTH), next);
      nextToFuse++;
    }
  }

  public synchronized boolean isComplete() {
    return nextToFuse == windows.size();
  }

  /**
   * Z_RU; only when complete. When the phase has begun, what it began with: in detail mode, Z_ref.
   */
  public synchronized Latent latent() {
    if (!isComplete()) {
      throw new IllegalStateException(
          "%s windows of %s are not encoded yet".formatted(windows.size() - nextToFuse, extent));
    }
    return new Latent(plan.geometry().latentChannels(), extent, fusion.close());
  }
}
