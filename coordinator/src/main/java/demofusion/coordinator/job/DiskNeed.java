package demofusion.coordinator.job;

import demofusion.coordinator.diffusion.Phase;
import demofusion.coordinator.diffusion.RenderPlan;
import demofusion.coordinator.image.LatentCut;
import demofusion.coordinator.image.upscale.Enlargement;
import demofusion.coordinator.render.PictureTiling;
import demofusion.protocol.api.request.SourcePicture;
import demofusion.protocol.api.request.condition.Inpainting;
import demofusion.protocol.api.request.condition.PictureBytes;
import demofusion.protocol.api.request.method.RenderMethod;
import demofusion.protocol.api.request.method.UpscalerUse;
import demofusion.protocol.latent.PixelExtent;
import java.util.List;

/**
 * How many bytes a job has on the disk at the same time: what it keeps, and what lies beside that
 * while it is drawn. Where tiles of the picture come far out of their order it may be more; then
 * the disk says so when it is full, and the job waits.
 */
final class DiskNeed {
  /** The one that is there, and the next beside it. */
  private static final int CHECKPOINTS = 2;

  private static final int CHANNELS = 3;

  /** Where nothing compresses. */
  private static final double PNG_OVERHEAD = 1.01;

  /** Of a file in a request's JSON. */
  private static final double BASE64 = 1.34;

  /** Of a picture that is being written: two that meet in a seam, and those that come meanwhile. */
  private static final int ROWS_OF_TILES = 4;

  /** Request, record, report, and the folder itself. */
  private static final long SMALL_FILES = 1 << 16;

  private DiskNeed() {}

  static long bytes(RenderPlan plan, boolean previews) {
    long bytes = SMALL_FILES + source(plan);
    bytes += CHECKPOINTS * plan.checkpointBytes() + plan.storageBytes();
    Phase last = plan.lastPhase();
    for (Phase phase : plan.phases()) {
      bytes += latent(plan, phase);
      if (previews || phase.equals(last)) {
        bytes += (long) (PNG_OVERHEAD * CHANNELS * pixels(plan, phase.extent().area()));
      }
    }
    bytes +=
        plan.phases().stream().mapToLong(phase -> barrier(plan, phase, previews)).max().orElse(0);
    bytes += enlarged(plan) + canvas(plan);
    // The phase before may still be in the making, and its tiles are hardly fewer.
    return bytes + (previews ? 2 : 1) * tiles(plan, last);
  }

  /** The picture that a phase begins with: its rows, and itself where it is no preview. */
  private static long barrier(RenderPlan plan, Phase phase, boolean previews) {
    int before = plan.phases().indexOf(phase) - 1;
    if (before < 0 || !plan.needsPicture(phase)) {
      return 0;
    }
    long rows = CHANNELS * pixels(plan, plan.phases().get(before).extent().area());
    return rows + (previews ? 0 : (long) (PNG_OVERHEAD * rows));
  }

  /** What a super-resolution network makes: its pictures of all passes, and the job's. */
  private static long enlarged(RenderPlan plan) {
    UpscalerUse upscaler = plan.spec().methodSettings().upscaler();
    if (plan.spec().method() != RenderMethod.SR || upscaler == null) {
      return 0;
    }
    PixelExtent first = plan.lastPhase().extent().toPixels(plan.geometry().vaeScaleFactor());
    long scratch = CHANNELS * Enlargement.pixels(first, Math.max(2, upscaler.scale()), plan.size());
    return scratch + (long) (PNG_OVERHEAD * CHANNELS * plan.size().area());
  }

  /** The result of which only a part is computed, and the request's files. */
  private static long canvas(RenderPlan plan) {
    Inpainting inpainting = plan.spec().conditions().inpainting();
    if (inpainting == null) {
      return 0;
    }
    PictureBytes mask = inpainting.mask();
    long files = (long) inpainting.picture().file().length;
    files += mask == null ? 0 : mask.file().length;
    return (long) (BASE64 * files + PNG_OVERHEAD * CHANNELS * plan.pictureSize().area());
  }

  private static long latent(RenderPlan plan, Phase phase) {
    return (long) Float.BYTES * plan.geometry().latentChannels() * phase.extent().area();
  }

  private static long source(RenderPlan plan) {
    SourcePicture source = plan.spec().source();
    return source == null ? 0 : (long) Float.BYTES * source.pixels().values().length;
  }

  /** Tiles wait as float32 until the picture's rows that they are part of are written. */
  private static long tiles(RenderPlan plan, Phase phase) {
    List<LatentCut> tiles = PictureTiling.of(plan.geometry()).tiles(phase.extent()).tiles();
    long rows = tiles.stream().mapToInt(LatentCut::top).distinct().count();
    long columns = tiles.size() / rows;
    LatentCut tile = tiles.get(0);
    long samples = Math.min(rows, ROWS_OF_TILES) * columns * tile.height() * tile.width();
    return Float.BYTES * CHANNELS * pixels(plan, samples);
  }

  private static long pixels(RenderPlan plan, long samples) {
    int factor = plan.geometry().vaeScaleFactor();
    return samples * factor * factor;
  }
}
