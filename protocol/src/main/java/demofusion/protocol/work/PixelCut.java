package demofusion.protocol.work;

/**
 * The pixels of a picture that belong to a view (conditioning section 2.4): pixel (m, n) of the
 * view is pixel (top + step·m, left + step·n) of the picture, and 0 where there is none.
 *
 * @param top may be negative, as a padded latent begins before the picture
 * @param step 1 for a window, the dilation for a dilated view
 * @param height in pixels of the view
 */
public record PixelCut(int top, int left, int step, int height, int width) {
  private static final int MOST_SIDE = 1 << 16;

  public PixelCut {
    if (step < 1 || step > MOST_SIDE || !isSide(height) || !isSide(width)) {
      throw new IllegalArgumentException(
          "a cut of %sx%s pixels, every %sth".formatted(width, height, step));
    }
  }

  private static boolean isSide(int side) {
    return side >= 1 && side <= MOST_SIDE;
  }
}
