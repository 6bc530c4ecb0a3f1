package demofusion.protocol.latent;

/**
 * Height and width of a latent, in latent samples: pixels divided by the VAE's scale factor. Height
 * first, as in NCHW.
 */
public record LatentExtent(int height, int width) {
  public LatentExtent {
    if (height < 1 || width < 1) {
      throw new IllegalArgumentException(
          "latent extent " + height + " by " + width + " must be at least 1 by 1");
    }
  }

  /**
   * What a picture of this many pixels is in latent samples; both its sides must be multiples of
   * the factor.
   */
  public static LatentExtent of(PixelExtent pixels, int vaeScaleFactor) {
    return new LatentExtent(pixels.height() / vaeScaleFactor, pixels.width() / vaeScaleFactor);
  }

  public PixelExtent toPixels(int vaeScaleFactor) {
    return new PixelExtent(
        Math.multiplyExact(width, vaeScaleFactor), Math.multiplyExact(height, vaeScaleFactor));
  }

  public int longer() {
    return Math.max(height, width);
  }

  public int shorter() {
    return Math.min(height, width);
  }

  public int area() {
    return Math.multiplyExact(height, width);
  }

  @Override
  public String toString() {
    return width + "x" + height;
  }
}
