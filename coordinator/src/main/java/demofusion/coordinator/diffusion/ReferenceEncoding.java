package demofusion.coordinator.diffusion;

import demofusion.coordinator.diffusion.fusion.NoiseFusion;
import demofusion.coordinator.diffusion.resize.EnlargedPicture;
import demofusion.coordinator.diffusion.resize.PictureWindows;
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
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Pictures on their way into latents that a phase begins with: each is cut into windows that the
 * VAE's encoder sees each by itself, and fused. The windows of one picture follow those of another.
 * Results may come in any order, from any thread, and are fused in the order of the windows.
 */
public final class ReferenceEncoding {
  /** What a phase may begin with. */
  public enum Part {
    /** The phase's picture before, enlarged (modes section 2, Z_RU). */
    REFERENCE,
    /** What inpainting keeps (conditioning section 5.2, y_k). */
    ORIGINAL,
    /** The same without what is drawn anew (conditioning section 5.6, μ). */
    AROUND
  }

  /** One picture, and the latent that is made of it. */
  private record Picture(PictureWindows pixels, NoiseFusion fusion) {}

  private final RenderPlan plan;
  private final LatentExtent extent;
  private final List<Window> windows; // of one picture
  private final List<View> views;
  private final Map<Part, Picture> parts = new EnumMap<>(Part.class);
  private final List<Picture> pictures = new ArrayList<>(); // in the parts' order
  private final Map<Integer, Tensor> ahead = new HashMap<>();
  private int nextToFuse;

  /**
   * @param pictures of the phase's size, one at least
   */
  ReferenceEncoding(RenderPlan plan, LatentExtent extent, Map<Part, PictureWindows> pictures) {
    this.plan = plan;
    this.extent = extent;
    LocalWindows cut = windows(plan, extent);
    this.windows = cut.unjittered();
    this.views = new ArrayList<>();
    for (Window window : windows) {
      views.add(new View.Local(window, plan.conditioning()));
    }
    pictures.forEach(
        (part, pixels) -> {
          NoiseFusion fusion = new NoiseFusion(plan.geometry().latentChannels(), extent);
          fusion.open(views, cut.weights(WindowWeights.COSINE), 0, null);
          parts.put(part, new Picture(pixels, fusion));
        });
    this.pictures.addAll(parts.values());
  }

  /** A phase's picture, enlarged to the size of the next. */
  static PictureWindows enlarged(RenderPlan plan, LatentExtent extent, PhasePicture picture) {
    PixelExtent size = extent.toPixels(plan.geometry().vaeScaleFactor());
    return new EnlargedPicture(picture, size);
  }

  private static LocalWindows windows(RenderPlan plan, LatentExtent extent) {
    int side = plan.geometry().sampleSize();
    return new LocalWindows(extent, side, Math.max(1, side * 3 / 4), WindowSpacing.EVEN);
  }

  /** How many windows the pictures that a phase begins with are cut into; 0 where it has none. */
  public static int count(RenderPlan plan, Phase phase) {
    int pictures = count(plan, phase, Part.REFERENCE) + count(plan, phase, Part.ORIGINAL);
    pictures += count(plan, phase, Part.AROUND);
    return pictures == 0 ? 0 : pictures * windows(plan, phase.extent()).count();
  }

  private static int count(RenderPlan plan, Phase phase, Part part) {
    boolean isMasked = plan.masked() != null;
    boolean isNeeded =
        switch (part) {
          case REFERENCE -> plan.needsEncoding(phase);
          case ORIGINAL -> isMasked;
          case AROUND -> isMasked && plan.geometry().inputs().mask();
        };
    return isNeeded ? 1 : 0;
  }

  /** How many windows there are, of all pictures. */
  public int count() {
    return pictures.size() * windows.size();
  }

  /** Where they lie in the latent to come. */
  public List<Window> windows() {
    List<Window> all = new ArrayList<>();
    pictures.forEach(picture -> all.addAll(windows));
    return all;
  }

  /** Whether a window's pixels are there: of a picture that is being made, not at once. */
  public boolean isReadable(int index) {
    return at(index, PictureWindows::isReadable);
  }

  /** A window's pixels: always the same bits. May be called from any thread. */
  public Work.EncodePicture work(int index) {
    return new Work.EncodePicture(at(index, PictureWindows::input), plan.spec().threads());
  }

  /** Asks something of a window of one of the pictures, in pixels. */
  private interface Asked<T> {
    T of(PictureWindows picture, int top, int left, int height, int width);
  }

  private <T> T at(int index, Asked<T> asked) {
    Window window = windows.get(index % windows.size());
    int factor = plan.geometry().vaeScaleFactor();
    return asked.of(
        pictures.get(index / windows.size()).pixels(),
        window.top() * factor,
        window.left() * factor,
        window.height() * factor,
        window.width() * factor);
  }

  /** Takes a window's result. A second answer for the same window is ignored. */
  public synchronized void accept(int index, WorkResult.EncodedPicture result) {
    LatentExtent window = views.get(index % views.size()).extent();
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
      int number = nextToFuse % views.size();
      List<View> view = List.of(views.get(number));
      pictures
          .get(nextToFuse / views.size())
          .fusion()
          .add(ViewBatch.of(number, number, view, GuidanceHalf.BOTH), next);
      nextToFuse++;
    }
  }

  public synchronized boolean isComplete() {
    return nextToFuse == count();
  }

  boolean has(Part part) {
    return parts.containsKey(part);
  }

  /**
   * Z_RU; only when complete. When the phase has begun, what it began with: in detail mode, Z_ref.
   */
  public Latent latent() {
    return latent(Part.REFERENCE);
  }

  /** What one of the pictures became; only when complete. */
  public synchronized Latent latent(Part part) {
    if (!isComplete()) {
      throw new IllegalStateException(
          "%s windows of %s are not encoded yet".formatted(count() - nextToFuse, extent));
    }
    Picture picture = Objects.requireNonNull(parts.get(part), part.toString());
    return new Latent(plan.geometry().latentChannels(), extent, picture.fusion().close());
  }
}
