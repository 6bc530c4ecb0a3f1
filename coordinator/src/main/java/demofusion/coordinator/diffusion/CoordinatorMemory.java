package demofusion.coordinator.diffusion;

import demofusion.coordinator.diffusion.mask.MaskedPicture;
import demofusion.coordinator.diffusion.storage.ReorderBuffer;
import demofusion.coordinator.diffusion.storage.Storage;
import demofusion.coordinator.diffusion.view.Dilation;
import demofusion.protocol.api.request.condition.ControlUse;
import demofusion.protocol.api.request.condition.PictureBytes;
import demofusion.protocol.latent.LatentExtent;
import demofusion.protocol.latent.PixelExtent;

/**
 * What a render holds in the coordinator's heap, in latents of the phase it is in (L) and of the
 * phase before (P). Everything that is looked at once per timestep only lies in a {@link Storage}.
 *
 * <pre>
 *                                        lives                          heap    storage
 *   x, the latent                        always                          1 L
 *   x before the skip residual: what     with a skip residual            1 L
 *     the checkpoint is written from
 *   blurred latent, which dilated        with dilated views; between     1 L
 *     tiles are cut from                   gather and scatter it holds
 *                                          a stochastic solver's normals
 *   normals of their own                 stochastic, if the blurred      1 L
 *                                          latent is padded or none
 *   where samples go in window           scatter to gather               ¼ L
 *     interaction, a byte each
 *   fused prediction                     scatter to solver step          1 L
 *   new noise of fast mode               a solver step                   1 L
 *   how strong region noise was          the phase                       1/C L
 *   low frequencies of detail mode       the phase                       q² L
 *   the first rows of detail mode's      a timestep's end, up to 8192²   3 L
 *     next timestep, and their
 *     prediction
 *   the encoded picture, the enlarged    until the phase begins          1–2 L
 *     latent that is mixed with it
 *   what is drawn anew: a byte and a     the phase                       1¼/C L
 *     sum for each place
 *   that, and what is kept, as a UNet    the phase                       1 + 1/C L, twice where
 *     of nine channels sees it                                             dilated views pad it
 *   y and μ while they are encoded       until the phase begins          1–2 L
 *   final latent of the phase before     until it is on disk             1 P
 *   z and ε of the skip residual         the phase                                2 L
 *   y and ε of what is kept              the phase                                2 L
 *   the solver's memory                  the phase; DPM++ 2M 1, UniPC 3           0–3 L
 *   control pictures                     always, of phases the phase    their pixels
 *   predictions ahead of their turn      scatter to gather               24 MiB   the rest
 * </pre>
 *
 * <p>Slabs below {@link Storage#LARGE} lie in the heap as well. A picture that is being decoded
 * holds a few tiles; its latent lies in the phase's file.
 */
final class CoordinatorMemory {
  private static final long COLOURS = 3;

  private final RenderPlan plan;

  CoordinatorMemory(RenderPlan plan) {
    this.plan = plan;
  }

  /** The most that a render of this plan holds at any time. */
  long bytes() {
    long most = 0;
    long before = 0;
    for (Phase phase : plan.phases()) {
      long values =
          arrays(phase) + prompts(phase) + slabsInHeap(phase) + before + reorderBuffer(phase);
      values += masked(phase) + pictures(phase);
      most = Math.max(most, values);
      before = latent(phase.extent());
    }
    MaskedPicture masked = plan.masked();
    return most * Float.BYTES + (masked == null ? 0 : masked.bytes());
  }

  /** The most that a render of this plan has in its {@link Storage} at any time. */
  long storageBytes() {
    long most = 0;
    for (Phase phase : plan.phases()) {
      long slabs = slabs(phase) - slabsInHeap(phase);
      most = Math.max(most, slabs + predictions(phase) - reorderBuffer(phase));
    }
    return most * Float.BYTES;
  }

  /** The most that a checkpoint of this plan takes. */
  long checkpointBytes() {
    Phase last = plan.lastPhase();
    long encoded = plan.spec().source() == null ? 0 : latent(plan.phases().get(0).extent());
    long kept = plan.masked() == null ? 0 : seesMask() ? 2 : 1;
    return ((1 + kept + solverSlabs(last)) * latent(last.extent())
            + encoded
            + regions(last)
            + low(last))
        * Float.BYTES;
  }

  private boolean seesMask() {
    return plan.geometry().inputs().mask();
  }

  /** Of inpainting: m, what is seen of it, and what is being encoded. */
  private long masked(Phase phase) {
    if (plan.masked() == null) {
      return 0;
    }
    long area = phase.extent().area();
    Dilation dilation = new Dilation(phase.extent(), phase.dilation());
    long padded = dilation.isPadded() ? dilation.paddedExtent().area() : 0;
    long seen = seesMask() ? (1 + plan.geometry().latentChannels()) * (area + padded) : 0;
    return area + area / Float.BYTES + seen + (seesMask() ? 2 : 1) * latent(phase.extent());
  }

  /** One deviation for each place of a latent. */
  private long regions(Phase phase) {
    boolean isKept = hasResidual(phase) && plan.spec().methodSettings().regionNoise() != null;
    return isKept ? phase.extent().area() : 0;
  }

  private long low(Phase phase) {
    boolean isKept =
        plan.needsEncoding(phase)
            && !plan.settings().isFast(phase)
            && plan.spec().methodSettings().detail().structureGuidance();
    return isKept ? latent(PhaseStructure.lowPass(plan, phase).small()) : 0;
  }

  /**
   * Each prompt's weights, as windows and as dilated views have them: these are gathered when what
   * they were all computed in is gone, and are less.
   */
  private long prompts(Phase phase) {
    if (plan.spec().regions().isEmpty()) {
      return 0;
    }
    Dilation dilation = new Dilation(phase.extent(), phase.dilation());
    long padded = dilation.isPadded() ? dilation.paddedExtent().area() : 0;
    int prompts = plan.spec().allPrompts().size();
    long computed = 2L * (prompts + 2) * phase.extent().area(); // in double, while they are made
    return prompts * (phase.extent().area() + padded) + computed;
  }

  /** Files of control pictures and what is made of them, which compress at best; in values. */
  private long pictures(Phase phase) {
    long bytes = 0;
    for (ControlUse use : plan.spec().conditions().controls()) {
      PictureBytes picture = use.picture();
      if (picture != null) {
        long area = picture.extent().map(PixelExtent::area).orElse(0L);
        bytes += picture.file().length + COLOURS * area;
      }
    }
    MaskedPicture masked = plan.masked();
    if (masked != null && plan.conditions().followsCanvas()) {
      bytes +=
          2 * COLOURS * masked.extent().area(); // the picture and its mask, as workers get them
    }
    if (plan.conditions().followsPhase(phase.number())) {
      int factor = plan.geometry().vaeScaleFactor();
      bytes += COLOURS * plan.phases().get(phase.number() - 2).extent().toPixels(factor).area();
    }
    return bytes / Float.BYTES;
  }

  private long arrays(Phase phase) {
    long latent = latent(phase.extent());
    Dilation dilation = new Dilation(phase.extent(), phase.dilation());
    boolean isDilated = phase.paths() == Phase.Paths.LOCAL_AND_DILATED;
    boolean isBlurred =
        isDilated
            && (plan.spec().ablations().gaussian()
                || dilation.isPadded()
                || plan.spec().methodSettings().windows().interaction());
    if (plan.needsEncoding(phase)) {
      // x and ε, the fused prediction or what the phase began with, new noise or the latent mixed.
      long ahead = plan.settings().isAhead(phase, latent) ? 3 * latent : 0;
      return 3 * latent + 2 * low(phase) + ahead;
    }
    long values = 2 * latent + regions(phase); // x and the fused prediction
    boolean isExchanged = isDilated && plan.spec().methodSettings().windows().interaction();
    if (isExchanged) {
      values += latent(dilation.paddedExtent()) / Float.BYTES;
    }
    if (hasResidual(phase)) {
      values += latent;
    }
    if (isBlurred) {
      values += latent(dilation.paddedExtent());
    }
    if (isStochastic() && (!isBlurred || dilation.isPadded())) {
      values += latent;
    }
    return values;
  }

  private long slabs(Phase phase) {
    int kept = plan.masked() == null ? 0 : 2;
    return (kept + (hasResidual(phase) ? 2 : 0) + solverSlabs(phase)) * latent(phase.extent());
  }

  private long slabsInHeap(Phase phase) {
    return latent(phase.extent()) < Storage.LARGE ? slabs(phase) : 0;
  }

  private long reorderBuffer(Phase phase) {
    return Math.min(ReorderBuffer.MOST_IN_HEAP, predictions(phase));
  }

  /** All of a timestep. */
  private long predictions(Phase phase) {
    long view = plan.localView(phase).area();
    long views = (long) plan.localViews(phase) + plan.dilatedViews(phase);
    return plan.geometry().latentChannels() * view * views * (plan.hasHalves(phase) ? 2 : 1);
  }

  private boolean hasResidual(Phase phase) {
    return phase.start() == Phase.Start.UPSCALED && plan.settings().hasResidual();
  }

  private boolean isStochastic() {
    return switch (plan.scheduler().kind().solver()) {
      case EULER_ANCESTRAL,
          DPMPP_2M_SDE,
          LCM,
          TCD,
          TURBO,
          DPM2_ANCESTRAL,
          DPMPP_2S_ANCESTRAL,
          DPMPP_SDE,
          DPMPP_3M_SDE ->
          true;
      default -> false;
    };
  }

  private int solverSlabs(Phase phase) {
    if (plan.settings().isFast(phase)) {
      return 0; // few steps are of first order
    }
    return switch (plan.scheduler().kind().solver()) {
      case DPMPP_2M, DPMPP_2M_SDE, DPMPP_2S, DEIS, EDM_DPMPP_2M -> 1;
      case HEUN, DPM2, DPM2_ANCESTRAL, DPMPP_2S_ANCESTRAL, DPMPP_SDE -> 1;
      case DPMPP_3M, DPMPP_3M_SDE -> 2;
      case UNIPC, LMS, PNDM -> 3;
      default -> 0;
    };
  }

  private long latent(LatentExtent extent) {
    return plan.geometry().latentChannels() * (long) extent.area();
  }
}
