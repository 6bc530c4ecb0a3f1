package demofusion.deploy.plan;

import demofusion.coordinator.dispatch.ledger.BatchTerms;
import demofusion.protocol.latent.LatentExtent;

/**
 * One piece of work for a device. Equal pieces take equally long.
 *
 * @param extent of each of its views, tiles or cuts, in latent samples; of an upscaler's tile, in
 *     pixels
 * @param count how many of them are in it
 * @param guided whether each is computed twice, with the prompt and without
 * @param context what else it depends on: latent samples that a tile is told of, a survey's margin
 * @param flop floating-point operations, from the model's configuration
 * @param terms as the farm's ledger knows it
 */
public record Piece(
    Kind kind,
    LatentExtent extent,
    int count,
    boolean guided,
    long context,
    double flop,
    BatchTerms terms) {
  /** What is computed. */
  public enum Kind {
    TEXT,
    SOURCE,
    /** A window of a phase's picture, for the VAE's encoder. */
    ENCODE,
    FORWARD,
    SURVEY,
    WHOLE,
    TILE,
    /** A tile of the picture, for the upscaler. */
    UPSCALE;

    /** Whether the VAE does it, whose precision may be another. */
    public boolean isPicture() {
      return this != TEXT && this != FORWARD && this != UPSCALE;
    }
  }
}
