package demofusion.coordinator.diffusion.region;

import demofusion.protocol.latent.PixelExtent;

/** A picture's edges as a picture: what a ControlNet of the type canny follows. */
public final class Edges {
  private static final byte WHITE = (byte) 255;

  private Edges() {}

  /**
   * Canny's edges (modes section 5).
   *
   * @param low what a gradient must exceed to be part of an edge
   * @param high what one gradient of an edge must exceed
   * @return (height, width): 255 on an edge, else 0
   */
  public static byte[] of(PixelExtent extent, PictureRows rows, int low, int high) {
    EdgeMap map = new Canny(extent, low, high).edges(rows);
    byte[] grey = new byte[Math.toIntExact(extent.area())];
    for (int n = 0; n < grey.length; n++) {
      if (map.isEdge(n / extent.width(), n % extent.width())) {
        grey[n] = WHITE;
      }
    }
    return grey;
  }
}
