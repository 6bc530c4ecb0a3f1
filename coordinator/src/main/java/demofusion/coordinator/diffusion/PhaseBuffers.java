package demofusion.coordinator.diffusion;

import demofusion.coordinator.diffusion.fusion.NoiseFusion;
import demofusion.coordinator.diffusion.mixture.RegionWeights;
import demofusion.coordinator.diffusion.storage.Lazy;
import demofusion.coordinator.diffusion.storage.ReorderBuffer;
import demofusion.coordinator.diffusion.storage.Storage;
import demofusion.coordinator.diffusion.view.Dilation;
import demofusion.coordinator.diffusion.view.GaussianBlur;
import demofusion.coordinator.diffusion.view.WindowInteraction;
import demofusion.protocol.latent.Latent;
import org.jspecify.annotations.Nullable;

/**
 * The arrays that every timestep of a phase needs anew, allocated once for the phase: with {@link
 * Render}'s own latent all that is of a latent's size in the heap (RenderPlan's memory counts
 * them).
 */
final class PhaseBuffers {
  private final Dilation dilation;
  private final NoiseFusion fusion;
  private final ReorderBuffer ahead;
  private final @Nullable RegionWeights regions;
  private float @Nullable [] spare;
  private float @Nullable [] blurred;

  PhaseBuffers(RenderPlan plan, Phase phase, Storage storage) {
    int channels = plan.geometry().latentChannels();
    this.dilation = new Dilation(phase.extent(), phase.dilation());
    this.fusion = new NoiseFusion(channels, phase.extent());
    this.ahead = new ReorderBuffer(storage);
    this.regions = plan.regions(phase);
  }

  NoiseFusion fusion() {
    return fusion;
  }

  /** Where predictions wait for their turn; empty whenever a timestep begins. */
  ReorderBuffer ahead() {
    return ahead;
  }

  /** How much each prompt counts where; null: there is one. */
  @Nullable RegionWeights regions() {
    return regions;
  }

  /** Puts another array of the latent's length in the place of this one. */
  float[] exchange(float[] samples) {
    float[] other = spare == null ? new float[samples.length] : spare;
    spare = samples;
    return other;
  }

  /**
   * The latent as dilated sampling sees it: padded, blurred, and given back its mean and deviation.
   *
   * @param sigma of the Gaussian; 0 for none
   * @param interaction by which the views exchange samples; null: they do not
   * @return (channels, padded height, padded width), good until the next call
   */
  float[] blur(Latent latent, double sigma, @Nullable Lazy<WindowInteraction> interaction) {
    if (interaction == null) {
      return blur(latent, sigma);
    }
    float[] plain = blur(latent, sigma);
    float[] result = padded(latent.channels());
    interaction.get().permute(plain, result);
    return result;
  }

  private float[] blur(Latent latent, double sigma) {
    if (sigma == 0 && !dilation.isPadded()) {
      return latent.samples();
    }
    float[] result = padded(latent.channels());
    if (sigma == 0) {
      dilation.pad(latent.samples(), latent.channels(), result);
      return result;
    }
    new GaussianBlur(dilation.factor(), sigma)
        .apply(latent.samples(), result, latent.channels(), dilation);
    Moments.of(result).standardise(result, Moments.of(latent.samples(), result.length));
    return result;
  }

  private float[] padded(int channels) {
    float[] result = blurred;
    if (result == null) {
      result = new float[channels * dilation.paddedExtent().area()];
      blurred = result;
    }
    return result;
  }

  /** What nobody needs between the last tile of a timestep and the next blur; may be null. */
  float @Nullable [] idleAfterGather() {
    return blurred;
  }
}
