package demofusion.coordinator.diffusion.condition;

import demofusion.protocol.latent.PixelExtent;

/**
 * The largest rectangle of an aspect in the middle of a picture (conditioning section 2.3).
 *
 * @param top rows above it
 * @param left columns before it
 */
public record CentreCrop(int top, int left, PixelExtent extent) {
  /** By how much aspects may differ before somebody has to say what is to be done. */
  private static final double TOLERATED = 1.02;

  /**
   * @param whole size of the picture
   * @param wanted a size of the aspect that is wanted
   */
  public static CentreCrop of(PixelExtent whole, PixelExtent wanted) {
    int width =
        (int) Math.min(whole.width(), share(whole.height(), wanted.width(), wanted.height()));
    int height =
        (int) Math.min(whole.height(), share(whole.width(), wanted.height(), wanted.width()));
    return new CentreCrop(
        (whole.height() - height) / 2, (whole.width() - width) / 2, new PixelExtent(width, height));
  }

  /** side · numerator / denominator, at least 1. */
  private static long share(int side, int numerator, int denominator) {
    return Math.max(1, Math.round((double) side * numerator / denominator));
  }

  /** Whether two sizes have the same aspect, but for 2 %. */
  public static boolean isNear(PixelExtent some, PixelExtent other) {
    double ratio =
        (double) some.width() * other.height() / ((double) some.height() * other.width());
    return Math.max(ratio, 1 / ratio) <= TOLERATED;
  }
}
