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
 * @param effort what it costs, where the UNet alone costs 1: ControlNets beside it come on top
 * @param terms as the farm's ledger knows it
 */
public record Piece(
    Kind kind,
    LatentExtent extent,
    int count,
    boolean guided,
    long context,
    double flop,
    double effort,
    BatchTerms terms) {
  /** Of one network. */
  Piece(
      Kind kind,
      LatentExtent extent,
      int count,
      boolean guided,
      long context,
      double flop,
      BatchTerms terms) {
    this(kind, extent, count, guided, context, flop, 1, terms);
  }

  /** Without what comes on top of the UNet. */
  Piece alone() {
    return new Piece(kind, extent, count, guided, context, flop / effort, terms);
  }

  /** What is computed. */
  public enum Kind {
    TEXT,
    /** The pictures of an IP-Adapter. */
    IMAGE,
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
      return this != TEXT && this != IMAGE && this != FORWARD && this != UPSCALE;
    }
  }
}
