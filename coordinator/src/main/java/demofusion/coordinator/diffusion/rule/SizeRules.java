package demofusion.coordinator.diffusion.rule;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.api.request.SourcePicture;
import demofusion.protocol.latent.PixelExtent;
import org.jspecify.annotations.Nullable;

/** Which sizes a picture can have with a model. */
public final class SizeRules {
  private SizeRules() {}

  /**
   * @throws DemofusionException BAD_REQUEST with the nearest sizes that would do
   */
  public static void requireWholeSamples(PixelExtent size, int factor) {
    if (size.width() % factor != 0 || size.height() % factor != 0) {
      PixelExtent below =
          new PixelExtent(
              Math.max(factor, size.width() / factor * factor),
              Math.max(factor, size.height() / factor * factor));
      PixelExtent above =
          new PixelExtent(roundUp(size.width(), factor), roundUp(size.height(), factor));
      throw DemofusionException.badRequest(
          ("size %s must be a multiple of %s pixels on both sides; the nearest valid "
                  + "sizes are %s and %s")
              .formatted(size, factor, below, above));
    }
  }

  private static int roundUp(int side, int factor) {
    return (side + factor - 1) / factor * factor;
  }

  /**
   * Refuses a picture to start from that is not of the first phase's size.
   *
   * @param source null: there is none
   * @throws DemofusionException BAD_REQUEST
   */
  public static void requireFitting(@Nullable SourcePicture source, PixelExtent first) {
    if (source == null) {
      return;
    }
    int[] shape = source.pixels().shape();
    if (shape.length != 3
        || shape[0] != 3
        || shape[1] != first.height()
        || shape[2] != first.width()) {
      throw DemofusionException.badRequest(
          "the source image must be scaled to %s pixels for this size, not %s"
              .formatted(first, source.pixels()));
    }
  }
}
