package demofusion.coordinator.dispatch.ledger;

/** Kinds of work that take a worker different times. */
public enum WorkKind {
  /** A prompt or a picture to start from: once per job, so never done twice for speed. */
  ENCODE,
  /** The VAE's encoder on one window of a phase's picture. */
  ENCODE_WINDOW,
  /** The UNet on one view batch. */
  FORWARD,
  /** Statistics of a latent that is decoded in tiles. */
  SURVEY,
  /** The VAE on a latent or one tile of it. */
  DECODE,
  /** A super-resolution network on one tile of a picture. */
  UPSCALE
}
