package demofusion.protocol.model;

import java.util.Objects;

/**
 * The shapes that a plan needs to know of a model.
 *
 * @param sampleSize S, the UNet's native side and the window of local paths, in latent samples
 * @param latentChannels C
 * @param vaeScaleFactor f, pixels per latent sample on a side
 * @param inputs what the model can be told; SDXL's where a file of an older release has none
 */
public record ModelGeometry(
    int sampleSize, int latentChannels, int vaeScaleFactor, ModelInputs inputs) {
  public ModelGeometry {
    inputs = Objects.requireNonNullElse(inputs, ModelInputs.SDXL);
    if (sampleSize < 1 || latentChannels < 1 || vaeScaleFactor < 1) {
      throw new IllegalArgumentException(
          "sample size %s, latent channels %s and VAE scale factor %s must all be at least 1"
              .formatted(sampleSize, latentChannels, vaeScaleFactor));
    }
  }

  /** The shapes of a model that is told what SDXL is. */
  public ModelGeometry(int sampleSize, int latentChannels, int vaeScaleFactor) {
    this(sampleSize, latentChannels, vaeScaleFactor, ModelInputs.SDXL);
  }

  /** Channels of what the UNet sees: the latent, and of an inpainting model 1 + C more. */
  public int tileChannels() {
    return inputs.mask() ? 2 * latentChannels + 1 : latentChannels;
  }

  /** The native side in pixels: 1024 for SDXL. */
  public int nativeSide() {
    return sampleSize * vaeScaleFactor;
  }
}
