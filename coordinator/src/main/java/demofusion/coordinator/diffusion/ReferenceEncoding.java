package demofusion.coordinator.diffusion;

import demofusion.coordinator.diffusion.view.LocalWindows;
import demofusion.coordinator.diffusion.view.Window;
import demofusion.protocol.latent.Latent;
import demofusion.protocol.latent.LatentExtent;
import demofusion.protocol.latent.Tensor;
import demofusion.protocol.work.Work;
import demofusion.protocol.work.WorkResult;
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
  private final PhasePicture picture;
  private final List<Window> windows;
  private final Map<Integer, Tensor> ahead = new HashMap<>();
  private final Latent fused;
  private int nextToFuse;

  ReferenceEncoding(RenderPlan plan, LatentExtent extent, PhasePicture picture) {
    this.plan = plan;
    this.extent = extent;
    this.picture = picture;
    this.windows = windows(plan, extent).unjittered();
    this.fused = Latent.zeros(plan.geometry().latentChannels(), extent);
  }

  private static LocalWindows windows(RenderPlan plan, LatentExtent extent) {
    int side = plan.geometry().sampleSize();
    return new LocalWindows(extent, side, Math.max(1, side * 3 / 4));
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
        Tensor.zeros(3, window.height() * factor, window.width() * factor));
  }

  /** Takes a window's result. A second answer for the same window is ignored. */
  public synchronized void accept(int index, WorkResult.EncodedPicture result) {
    if (index < nextToFuse) {
      return;
    }
    ahead.putIfAbsent(index, result.mean());
    while (ahead.remove(nextToFuse) != null) {
      nextToFuse++;
    }
  }

  public synchronized boolean isComplete() {
    return nextToFuse == windows.size();
  }

  /** Z_RU; only when complete. */
  synchronized Latent latent() {
    if (!isComplete()) {
      throw new IllegalStateException(
          "%s windows of %s of %s are not encoded yet"
              .formatted(windows.size() - nextToFuse, picture.extent(), extent));
    }
    return fused;
  }
}
