package demofusion.coordinator.job;

import demofusion.coordinator.diffusion.Phase;
import demofusion.coordinator.diffusion.RenderPlan;
import demofusion.coordinator.image.LatentCut;
import demofusion.coordinator.render.PictureTiling;

/** How many bytes a job writes at most that lie on the disk at the same time. */
final class DiskNeed {
  /** The latent, what the phase began with, and at most two of the solver's. */
  private static final int LATENTS_IN_A_CHECKPOINT = 4;

  /** The one that is there, and the next beside it. */
  private static final int CHECKPOINTS = 2;

  private static final int CHANNELS = 3;

  /** Where nothing compresses. */
  private static final double PNG_OVERHEAD = 1.01;

  /** Request, record, report, and the folder itself. */
  private static final long SMALL_FILES = 1 << 16;

  private DiskNeed() {}

  static long bytes(RenderPlan plan, boolean previews) {
    Phase last = plan.phases().get(plan.phases().size() - 1);
    long bytes = SMALL_FILES + CHECKPOINTS * LATENTS_IN_A_CHECKPOINT * latent(plan, last);
    for (Phase phase : plan.phases()) {
      bytes += latent(plan, phase);
      if (previews || phase.equals(last)) {
        bytes += (long) (PNG_OVERHEAD * CHANNELS * pixels(plan, phase.extent().area()));
      }
    }
    return bytes + scratch(plan, last);
  }

  private static long latent(RenderPlan plan, Phase phase) {
    return (long) Float.BYTES * plan.geometry().latentChannels() * phase.extent().area();
  }

  /** Tiles wait as float32 until the picture is written. */
  private static long scratch(RenderPlan plan, Phase last) {
    long samples = 0;
    for (LatentCut tile : PictureTiling.of(plan.geometry()).tiles(last.extent()).tiles()) {
      samples += (long) tile.height() * tile.width();
    }
    return Float.BYTES * CHANNELS * pixels(plan, samples);
  }

  private static long pixels(RenderPlan plan, long samples) {
    int factor = plan.geometry().vaeScaleFactor();
    return samples * factor * factor;
  }
}
