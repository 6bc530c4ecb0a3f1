package demofusion.coordinator.image.upscale;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.latent.PixelExtent;

/** Which sizes a picture can be enlarged to: none that is smaller, and none of another aspect. */
public final class EnlargedSize {
  private EnlargedSize() {}

  /**
   * @throws DemofusionException BAD_REQUEST with both sizes and what would do
   */
  public static void require(PixelExtent picture, PixelExtent wanted) {
    if (wanted.width() < picture.width() || wanted.height() < picture.height()) {
      throw DemofusionException.badRequest(
          "size %s must be at least the image's own, %s".formatted(wanted, picture));
    }
    PixelExtent asWide =
        new PixelExtent(wanted.width(), scaled(wanted.width(), picture.height(), picture.width()));
    PixelExtent asHigh =
        new PixelExtent(
            scaled(wanted.height(), picture.width(), picture.height()), wanted.height());
    if (Math.abs(asWide.height() - wanted.height()) > 1
        && Math.abs(asHigh.width() - wanted.width()) > 1) {
      throw DemofusionException.badRequest(
          "size %s has another aspect ratio than the image, %s; give %s or %s, or crop it first"
              .formatted(wanted, picture, asWide, asHigh));
    }
  }

  private static int scaled(int side, int numerator, int denominator) {
    return (int)
        Math.max(
            1, Math.min(Integer.MAX_VALUE, Math.round((double) side * numerator / denominator)));
  }
}
