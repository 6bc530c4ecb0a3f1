package demofusion.coordinator.diffusion;

import demofusion.coordinator.diffusion.frequency.FrequencyMixing;
import demofusion.coordinator.diffusion.random.AuxiliaryStream;
import demofusion.coordinator.diffusion.random.TorchGenerator;
import demofusion.coordinator.diffusion.region.RegionDeviation;
import demofusion.coordinator.diffusion.resize.Bicubic;
import demofusion.coordinator.diffusion.scheduler.step.NoiseMix;
import demofusion.coordinator.diffusion.scheduler.step.Scheduler;
import demofusion.coordinator.diffusion.storage.Storage;
import demofusion.protocol.api.request.SourcePicture;
import demofusion.protocol.api.request.method.RegionNoise;
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
      show(PhasePicture.of(source));
    }
  }

  Latent previous() {
    return previous;
  }

  /** Whether the phase cannot begin without the picture of {@link #previous}. */
  boolean awaitsPicture() {
    return plan.needsPicture(phase) && picture == null;
  }

  void show(PhasePicture shown) {
    PixelExtent wanted = previous.extent().toPixels(plan.geometry().vaeScaleFactor());
    if (!shown.extent().equals(wanted)) {
      throw new IllegalArgumentException(
          "the picture of phase %s has %s, not %s"
              .formatted(phase.number() - 1, shown.extent(), wanted));
    }
    picture = shown;
    if (plan.needsEncoding(phase)) {
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

  /** Begins the phase, with its one noise (spec section 2.2). */
  Begun begin(TorchGenerator torch, Scheduler scheduler, Storage storage) {
    TorchGenerator.State before = torch.save();
    Latent latent = Latent.zeros(previous.channels(), phase.extent());
    torch.randn(latent.samples());
    NoiseMix mix = scheduler.noiseMix(plan.firstStep(phase));
    return encoding == null
        ? enlarged(before, latent, mix, storage)
        : encoded(before, latent, mix, encoding.latent());
  }

  /** With the enlarged latent (spec section 2.1), which region noise may be added to. */
  private Begun enlarged(
      TorchGenerator.State before, Latent latent, NoiseMix mix, Storage storage) {
    float[] samples = latent.samples();
    SkipResidual residual = SkipResidual.of(plan, phase, storage);
    residual.keepNoise(samples);
    RegionDeviation regions = regions();
    enlarge(
        plan,
        phase,
        previous,
        regions,
        (from, band, count) -> {
          residual.keepUpscaled(from, band, count);
          for (int n = 0; n < count; n++) {
            samples[from + n] = mix.signal() * band[n] + mix.noise() * samples[from + n];
          }
        });
    return begun(
        latent, before, residual, residual.isNone() ? null : regions, PhaseStructure.none());
  }

  /** With the encoded picture, whose low frequencies detail mode takes from the latent. */
  private Begun encoded(
      TorchGenerator.State before, Latent latent, NoiseMix mix, Latent reference) {
    float[] zs = reference.samples();
    PhaseStructure structure = PhaseStructure.none();
    if (!plan.settings().isFast(phase)) {
      if (plan.spec().methodSettings().detail().frequencyMixing()) {
        float[] upscaled = new float[zs.length];
        Bicubic.resize(
            previous,
            phase.extent(),
            (from, band, count) -> System.arraycopy(band, 0, upscaled, from, count));
        FrequencyMixing.mix(PhaseStructure.lowPass(plan, phase), zs, upscaled);
      }
      structure = PhaseStructure.of(plan, phase, reference);
    }
    float[] samples = latent.samples();
    for (int n = 0; n < samples.length; n++) {
      samples[n] = mix.signal() * zs[n] + mix.noise() * samples[n];
    }
    return begun(latent, before, SkipResidual.none(), null, structure);
  }

  private Begun begun(
      Latent latent,
      TorchGenerator.State before,
      SkipResidual residual,
      @Nullable RegionDeviation regions,
      PhaseStructure structure) {
    return new Begun(
        latent,
        new PhaseBeginning(
            before,
            PhaseBeginning.checksum(previous),
            isFirst ? previous : null,
            residual,
            regions,
            structure));
  }

  private @Nullable RegionDeviation regions() {
    RegionNoise asked = plan.spec().methodSettings().regionNoise();
    PhasePicture shown = picture;
    return asked == null || shown == null
        ? null
        : RegionDeviation.of(shown.extent(), shown::rows, phase.extent(), asked);
  }

  /** Enlarges a latent to a phase's size, and adds noise where there is to be some. */
  static void enlarge(
      RenderPlan plan,
      Phase phase,
      Latent previous,
      @Nullable RegionDeviation regions,
      Bicubic.Sink sink) {
    if (regions == null) {
      Bicubic.resize(previous, phase.extent(), sink);
      return;
    }
    float[] noise = new float[previous.channels() * phase.extent().area()];
    AuxiliaryStream.of(plan.spec().seed(), phase.number(), 0, AuxiliaryStream.Purpose.REGIONS)
        .normals()
        .randn(noise);
    Bicubic.resize(
        previous,
        phase.extent(),
        (from, band, count) -> {
          regions.add(from, band, count, noise);
          sink.accept(from, band, count);
        });
  }
}
