package demofusion.worker.model.network;

/**
 * Which of a text tower's states the UNet attends to.
 *
 * @param clipSkip in WebUI's count: {@code hidden_states[-clipSkip]}, so that 1 is the last layer's
 * @param finalNorm whether the tower's final layer norm follows
 */
public record TextReading(int clipSkip, boolean finalNorm) {
  /** SDXL's, spec section 9. */
  public static final TextReading PENULTIMATE = new TextReading(2, false);

  /** That of SD 1 and 2. */
  public static final TextReading LAST = new TextReading(1, true);

  /** Skips more layers than the family does anyway. */
  public TextReading skipping(int wantedClipSkip) {
    return new TextReading(Math.max(wantedClipSkip, clipSkip), finalNorm);
  }

  /** How many of the last layers say nothing to these states. */
  int layersLeftOut() {
    return clipSkip - 1;
  }
}
