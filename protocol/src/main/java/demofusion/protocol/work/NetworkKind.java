package demofusion.protocol.work;

/** Which network does a piece of work, as workers count them. */
public enum NetworkKind {
  UNET("unet"),
  /** What makes pictures of latents: surveys and decoding. */
  VAE("vae"),
  /** What makes something for the others to begin with: of words, or of a picture. */
  ENCODER("encode"),
  /** What makes a picture larger without drawing: no part of the model, but a file beside it. */
  UPSCALER("upscale");

  private final String label;

  NetworkKind(String label) {
    this.label = label;
  }

  /** As it is written in metrics. */
  @Override
  public String toString() {
    return label;
  }
}
