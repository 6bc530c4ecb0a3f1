package demofusion.coordinator.diffusion;

import demofusion.protocol.latent.LatentExtent;

/**
 * One phase of the progressive upscaling: all timesteps at one size.
 *
 * @param number as the reference counts, from 1
 * @param extent of the phase's latent
 * @param dilation s: how many times longer the latent is than the model's native side, rounded up
 * @param start where its latent comes from
 * @param paths which views its noise is predicted with
 */
public record Phase(int number, LatentExtent extent, int dilation, Start start, Paths paths) {
  /** Where a phase's latent comes from. */
  public enum Start {
    /** Pure noise. */
    NOISE,
    /** The phase before, or a picture: enlarged and noised again. */
    UPSCALED
  }

  /** Which views the noise is predicted with. */
  public enum Paths {
    /** The whole latent in one view. */
    WHOLE,
    /** Local windows (MultiDiffusion). */
    LOCAL,
    /** Local windows and dilated sub-latents. */
    LOCAL_AND_DILATED
  }
}
