package demofusion.coordinator.diffusion;

import demofusion.coordinator.diffusion.ReferenceEncoding.Part;
import demofusion.coordinator.diffusion.frequency.FrequencyMixing;
import demofusion.coordinator.diffusion.mask.KeptLatent;
import demofusion.coordinator.diffusion.mask.MaskedPicture;
import demofusion.coordinator.diffusion.mask.MaskedSamples;
import demofusion.coordinator.diffusion.mask.OriginalWindows;
import demofusion.coordinator.diffusion.mask.SeenBeside;
import demofusion.coordinator.diffusion.random.AuxiliaryStream;
import demofusion.coordinator.diffusion.random.TorchGenerator;
import demofusion.coordinator.diffusion.region.RegionDeviation;
import demofusion.coordinator.diffusion.resize.Bicubic;
import demofusion.coordinator.diffusion.resize.PictureWindows;
import demofusion.coordinator.diffusion.scheduler.step.NoiseMix;
import demofusion.coordinator.diffusion.scheduler.step.Scheduler;
import demofusion.coordinator.diffusion.storage.Bands;
import demofusion.coordinator.diffusion.storage.Lazy;
import demofusion.coordinator.diffusion.storage.Storage;
import demofusion.coordinator.diffusion.view.Dilation;
import demofusion.protocol.api.request.SourcePicture;
import demofusion.protocol.api.request.condition.PictureBytes;
import demofusion.protocol.api.request.method.RegionNoise;
import demofusion.protocol.latent.Latent;
import demofusion.protocol.latent.PixelExtent;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Between two phases: what the one before ended with, and what the next needs beside that before it
 * can begin: nothing, that latent's picture, or pictures as the VAE's encoder sees them. Where a
 * part of a picture is drawn anew, phase 1 has such a beginning too: its noise comes before it.
 */
final class PhaseOpening {
  private final RenderPlan plan;
  private final Phase phase;
  private final Latent previous;
  private final TorchGenerator torch;
  private final boolean isFirst;
  private final Lazy<Ahead> ahead = new Lazy<>(this::computeAhead);
  private @Nullable PhasePicture picture;
  private @Nullable ReferenceEncoding encoding;

  /**
   * A phase's first latent, and what it began with.
   *
   * @param torch where that stream goes on
   */
  record Begun(Latent latent, PhaseBeginning beginning, TorchGenerator torch) {}

  /**
   * What a phase begins with whatever its pictures are.
   *
   * @param before where the stream stood before the noise
   * @param torch where it goes on
   * @param low down(Z_LU) of detail mode's frequency mixing; null: there is none
   */
  private record Ahead(
      TorchGenerator.State before, TorchGenerator torch, Latent noise, @Nullable Latent low) {}

  /**
   * @param previous what the phase before ended with, or the encoded picture; of phase 1, its noise
   * @param torch stands before the phase's noise, and stays there
   */
  PhaseOpening(RenderPlan plan, int phaseIndex, Latent previous, TorchGenerator torch) {
    this.plan = plan;
    this.torch = torch;
    this.phase = plan.phases().get(phaseIndex);
    this.previous = previous;
    this.isFirst = phaseIndex == 0;
    SourcePicture source = plan.spec().source();
    if (isFirst && source != null && awaitsPicture()) {
      show(PhasePicture.of(source));
    } else if (!awaitsPicture()) {
      encoding = encoding(null);
    }
  }

  /** Of all pictures that the phase begins with; null: there is none. */
  private @Nullable ReferenceEncoding encoding(@Nullable PhasePicture before) {
    Map<Part, PictureWindows> pictures = new EnumMap<>(Part.class);
    if (before != null && plan.needsEncoding(phase)) {
      pictures.put(Part.REFERENCE, ReferenceEncoding.enlarged(plan, phase.extent(), before));
    }
    MaskedPicture masked = plan.masked();
    if (masked != null) {
      PixelExtent size = phase.extent().toPixels(plan.geometry().vaeScaleFactor());
      PictureBytes.Pixels original = masked.original(size);
      pictures.put(Part.ORIGINAL, new OriginalWindows(original, null));
      if (plan.geometry().inputs().mask()) {
        pictures.put(Part.AROUND, new OriginalWindows(original, masked.mask(size)));
      }
    }
    return pictures.isEmpty() ? null : new ReferenceEncoding(plan, phase.extent(), pictures);
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
    encoding = encoding(shown);
  }

  Optional<ReferenceEncoding> encoding() {
    return Optional.ofNullable(encoding);
  }

  /** Whether nothing is missing any more. */
  boolean isReady() {
    return !awaitsPicture() && (encoding == null || encoding.isComplete());
  }

  /** Computes what needs none of the phase's pictures; by any thread, or not at all. */
  void prepare() {
    if (phase.start() != Phase.Start.NOISE) {
      ahead.get();
    }
  }

  private Ahead computeAhead() {
    TorchGenerator.State before = torch.save();
    TorchGenerator after = TorchGenerator.restore(before);
    Latent noise = Latent.zeros(previous.channels(), phase.extent());
    after.randn(noise.samples());
    return new Ahead(before, after, noise, isMixed() ? lowOfLatent() : null);
  }

  /** Whether the phase begins with frequency mixing. */
  private boolean isMixed() {
    return plan.needsEncoding(phase)
        && !plan.settings().isFast(phase)
        && plan.spec().methodSettings().detail().frequencyMixing();
  }

  /** Of the latent, enlarged. */
  private Latent lowOfLatent() {
    float[] upscaled = new float[previous.channels() * phase.extent().area()];
    Bicubic.resize(
        previous,
        phase.extent(),
        (from, band, count) -> System.arraycopy(band, 0, upscaled, from, count));
    return PhaseStructure.lowPass(plan, phase).down(upscaled);
  }

  /** Begins the phase, with its one noise (spec section 2.2); once. */
  Begun begin(Scheduler scheduler, Storage storage) {
    Ahead ready = ahead.get();
    NoiseMix mix = scheduler.noiseMix(plan.firstStep(phase));
    KeptLatent kept = kept(ready.noise().samples(), storage);
    return encoding == null || !encoding.has(Part.REFERENCE)
        ? enlarged(ready, mix, storage, kept)
        : encoded(ready, mix, encoding.latent(), kept);
  }

  /**
   * Begins phase 1 of inpainting (conditioning section 5.3): with noise alone, or with the noised
   * original where less than all of it is forgotten.
   *
   * @param before where the stream stood before the noise
   */
  Begun beginInNoise(TorchGenerator.State before, Scheduler scheduler, Storage storage) {
    Latent latent = previous;
    KeptLatent kept = Objects.requireNonNull(kept(latent.samples(), storage));
    int first = plan.firstStep(phase);
    if (first == 0) {
      Render.scale(latent.samples(), scheduler.initNoiseSigma());
    } else {
      kept.noised(latent.samples(), scheduler.noiseMix(first));
    }
    return new Begun(latent, PhaseBeginning.inNoise(before).with(kept), torch);
  }

  /**
   * @param noise of the phase; not kept where nothing is masked
   */
  private @Nullable KeptLatent kept(float[] noise, Storage storage) {
    if (encoding == null || !encoding.has(Part.ORIGINAL)) {
      return null;
    }
    Latent around = encoding.has(Part.AROUND) ? encoding.latent(Part.AROUND) : null;
    KeptLatent kept = kept(plan, phase, around, storage);
    kept.keepOriginal(encoding.latent(Part.ORIGINAL).samples());
    kept.keepNoise(noise);
    return kept;
  }

  /**
   * To be filled.
   *
   * @param around μ; null: the UNet sees the latent alone
   */
  static KeptLatent kept(RenderPlan plan, Phase phase, @Nullable Latent around, Storage storage) {
    MaskedSamples mask = Objects.requireNonNull(plan.maskedSamples(phase));
    Dilation dilation = new Dilation(phase.extent(), phase.dilation());
    return new KeptLatent(
        mask,
        plan.geometry().latentChannels() * phase.extent().area(),
        storage,
        around == null ? null : new SeenBeside(mask, around, dilation));
  }

  /** With the enlarged latent (spec section 2.1), which region noise may be added to. */
  private Begun enlarged(Ahead ready, NoiseMix mix, Storage storage, @Nullable KeptLatent kept) {
    float[] samples = ready.noise().samples();
    SkipResidual residual = SkipResidual.of(plan, phase, storage);
    residual.keepNoise(samples);
    RegionDeviation regions = regions();
    enlarge(
        plan,
        phase,
        previous,
        regions,
        kept,
        (from, band, count) -> {
          residual.keepUpscaled(from, band, count);
          for (int n = 0; n < count; n++) {
            samples[from + n] = mix.signal() * band[n] + mix.noise() * samples[from + n];
          }
        });
    return begun(ready, residual, residual.isNone() ? null : regions, PhaseStructure.none(), kept);
  }

  /** With the encoded picture, whose low frequencies detail mode takes from the latent. */
  private Begun encoded(Ahead ready, NoiseMix mix, Latent reference, @Nullable KeptLatent kept) {
    float[] zs = reference.samples();
    PhaseStructure structure = PhaseStructure.none();
    Latent low = ready.low();
    if (!plan.settings().isFast(phase)) {
      if (low != null) {
        FrequencyMixing.mix(PhaseStructure.lowPass(plan, phase), zs, low);
      }
      if (kept != null) {
        kept.blend(zs, null);
      }
      structure = PhaseStructure.of(plan, phase, reference);
    }
    float[] samples = ready.noise().samples();
    Parallel.forRanges(
        samples.length,
        Bands.LENGTH * 8,
        (from, to) -> {
          for (int n = from; n < to; n++) {
            samples[n] = mix.signal() * zs[n] + mix.noise() * samples[n];
          }
        });
    return begun(ready, SkipResidual.none(), null, structure, kept);
  }

  private Begun begun(
      Ahead ready,
      SkipResidual residual,
      @Nullable RegionDeviation regions,
      PhaseStructure structure,
      @Nullable KeptLatent kept) {
    return new Begun(
        ready.noise(),
        new PhaseBeginning(
            ready.before(),
            PhaseBeginning.checksum(previous),
            isFirst ? previous : null,
            residual,
            regions,
            structure,
            kept),
        ready.torch());
  }

  private @Nullable RegionDeviation regions() {
    RegionNoise asked = plan.spec().methodSettings().regionNoise();
    PhasePicture shown = picture;
    return asked == null || shown == null
        ? null
        : RegionDeviation.of(shown.extent(), shown::rows, phase.extent(), asked);
  }

  /**
   * Enlarges a latent to a phase's size, adds noise where there is to be some, and puts the
   * original where it is kept.
   */
  static void enlarge(
      RenderPlan plan,
      Phase phase,
      Latent previous,
      @Nullable RegionDeviation regions,
      @Nullable KeptLatent kept,
      Bicubic.Sink given) {
    Bicubic.Sink sink =
        kept == null
            ? given
            : (from, band, count) -> {
              kept.keepIn(from, band, count);
              given.accept(from, band, count);
            };
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
