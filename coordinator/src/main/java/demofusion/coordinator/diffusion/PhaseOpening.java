package demofusion.coordinator.diffusion;

import demofusion.coordinator.diffusion.random.TorchGenerator;
import demofusion.coordinator.diffusion.scheduler.step.NoiseMix;
import demofusion.coordinator.diffusion.scheduler.step.Scheduler;
import demofusion.coordinator.diffusion.storage.Storage;
import demofusion.protocol.api.request.SourcePicture;
import demofusion.protocol.latent.Latent;
import demofusion.protocol.latent.PixelExtent;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Between two phases: what the one before ended with, and what the next needs beside that before it
 * can begin: nothing, that latent's picture, or the picture as the VAE's encoder sees it.
 */
final class PhaseOpening {
  private final RenderPlan plan;
  private final Phase phase;
  private final Latent previous;
  private final boolean isFirst;
  private @Nullable PhasePicture picture;
  private @Nullable ReferenceEncoding encoding;

  /** A phase's first latent, and what it began with. */
  record Begun(Latent latent, PhaseBeginning beginning) {}

  /**
   * @param previous what the phase before ended with, or the encoded picture
   */
  PhaseOpening(RenderPlan plan, int phaseIndex, Latent previous) {
    this.plan = plan;
    this.phase = plan.phases().get(phaseIndex);
    this.previous = previous;
    this.isFirst = phaseIndex == 0;
    SourcePicture source = plan.spec().source();
    if (isFirst && source != null && awaitsPicture()) {
      show(SourceBytes.of(source));
    }
  }

  Latent previous() {
    return previous;
  }

  /** Whether the phase cannot begin without the picture of {@link #previous}. */
  boolean awaitsPicture() {
    return plan.settings().needsPicture(phase) && picture == null;
  }

  void show(PhasePicture shown) {
    PixelExtent wanted = previous.extent().toPixels(plan.geometry().vaeScaleFactor());
    if (!shown.extent().equals(wanted)) {
      throw new IllegalArgumentException(
          "the picture of phase %s has %s, not %s"
              .formatted(phase.number() - 1, shown.extent(), wanted));
    }
    picture = shown;
    if (plan.settings().needsEncoding(phase)) {
      encoding = new ReferenceEncoding(plan, phase.extent(), shown);
    }
  }

  Optional<ReferenceEncoding> encoding() {
    return Optional.ofNullable(encoding);
  }

  /** Whether nothing is missing any more. */
  boolean isReady() {
    return !awaitsPicture() && (encoding == null || encoding.isComplete());
  }

  /** Enlarges the latent to the phase's size, and noises it again (spec sections 2.1 and 2.2). */
  Begun begin(TorchGenerator torch, Scheduler scheduler, Storage storage) {
    SkipResidual residual = SkipResidual.of(plan, phase, storage);
    PhaseBeginning beginning = PhaseBeginning.upscaled(torch.save(), previous, isFirst, residual);
    Latent latent = Latent.zeros(previous.channels(), phase.extent());
    float[] samples = latent.samples();
    torch.randn(samples);
    residual.keepNoise(samples);
    NoiseMix mix = scheduler.noiseMix(plan.firstStep(phase));
    Bicubic.resize(
        previous,
        phase.extent(),
        (from, band, count) -> {
          residual.keepUpscaled(from, band, count);
          for (int n = 0; n < count; n++) {
            samples[from + n] = mix.signal() * band[n] + mix.noise() * samples[from + n];
          }
        });
    return new Begun(latent, beginning);
  }
}
