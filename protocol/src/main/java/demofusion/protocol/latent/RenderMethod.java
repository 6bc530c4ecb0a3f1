package demofusion.protocol.latent;

/**
 * Which algorithm makes the picture: DemoFusion, or one of the two baselines that its paper
 * compares with.
 */
public enum RenderMethod {
  /** Progressive upscaling with skip residuals and dilated sampling (arXiv 2311.16973). */
  DEMOFUSION,
  /** Overlapping windows at the target size, from noise (arXiv 2302.08113). */
  MULTIDIFFUSION,
  /** The model itself at the target size, in one view. */
  DIRECT
}
