package demofusion.coordinator.diffusion;

import demofusion.protocol.latent.Latent;
import org.jspecify.annotations.Nullable;

/** The arrays that every timestep of a phase needs anew, allocated once for the phase. */
final class PhaseBuffers {
  private final Dilation dilation;
  private final NoiseFusion fusion;
  private float @Nullable [] blurred;

  PhaseBuffers(Phase phase, int channels) {
    this.dilation = new Dilation(phase.extent(), phase.dilation());
    this.fusion = new NoiseFusion(channels, phase.extent());
  }

  NoiseFusion fusion() {
    return fusion;
  }

  /**
   * The latent as dilated sampling sees it: padded, blurred, and given back its mean and deviation.
   *
   * @param sigma of the Gaussian; 0 for none
   * @return (channels, padded height, padded width), good until the next call
   */
  float[] blur(Latent latent, double sigma) {
    float[] padded = dilation.pad(latent.samples(), latent.channels());
    if (sigma == 0) {
      return padded;
    }
    if (blurred == null) {
      blurred = new float[padded.length];
    }
    new GaussianBlur(dilation.factor(), sigma)
        .apply(padded, blurred, latent.channels(), dilation.paddedExtent());
    Moments.of(blurred).standardise(blurred, Moments.of(latent.samples(), padded.length));
    return blurred;
  }
}
