package demofusion.coordinator.diffusion.mask;

import demofusion.protocol.api.request.condition.PictureBytes.Pixels;
import demofusion.protocol.latent.PixelExtent;
import demofusion.protocol.model.ModelGeometry;

/**
 * The area around a mask that is computed of a picture (conditioning section 5.4), before anything
 * of that picture is held: the same as {@link MaskedPicture} takes of one that is.
 *
 * @param top first row in the picture's pixels
 * @param left first column
 */
public record MaskedArea(int top, int left, PixelExtent extent) {
  /**
   * @param mask grey, of any size of the picture's aspect
   * @throws demofusion.protocol.DemofusionException BAD_REQUEST if nothing is to be drawn, or the
   *     mask has another shape
   */
  public static MaskedArea of(
      Pixels mask, PixelExtent picture, int padding, ModelGeometry geometry) {
    MaskedPicture.requireShape(mask.extent(), picture);
    MaskBox box =
        MaskBox.of(new MaskPicture(mask.extent(), mask.values()), MaskedPicture.THRESHOLD);
    AreaAxis rows =
        axis(
            MaskedPicture.nearest(mask.extent().height(), picture.height()),
            box.top(),
            box.bottom(),
            padding,
            geometry);
    AreaAxis columns =
        axis(
            MaskedPicture.nearest(mask.extent().width(), picture.width()),
            box.left(),
            box.right(),
            padding,
            geometry);
    return new MaskedArea(
        rows.start(), columns.start(), new PixelExtent(columns.length(), rows.length()));
  }

  /**
   * @param nearest of each of the picture's pixels the mask's
   * @param from first pixel of the mask's box
   * @param to behind its last
   */
  private static AreaAxis axis(
      int[] nearest, int from, int to, int padding, ModelGeometry geometry) {
    int first = 0;
    while (first < nearest.length && nearest[first] < from) {
      first++;
    }
    int last = first;
    while (last < nearest.length && nearest[last] < to) {
      last++;
    }
    return AreaAxis.around(
        first, last, padding, geometry.nativeSide(), nearest.length, geometry.vaeScaleFactor());
  }

  /** Whether none of it is outside the picture, which only a small one has. */
  public boolean isInside(PixelExtent picture) {
    return top + extent.height() <= picture.height() && left + extent.width() <= picture.width();
  }

  /** The mask of this area, (height, width), 255 where it is drawn anew. */
  public byte[] levels(Pixels mask, PixelExtent picture) {
    int[] down = MaskedPicture.nearest(mask.extent().height(), picture.height());
    int[] across = MaskedPicture.nearest(mask.extent().width(), picture.width());
    byte[] levels = new byte[Math.toIntExact(extent.area())];
    for (int y = 0; y < extent.height(); y++) {
      for (int x = 0; x < extent.width(); x++) {
        int from = down[top + y] * mask.extent().width() + across[left + x];
        boolean isDrawn = (mask.values()[from] & 0xff) >= MaskedPicture.THRESHOLD;
        levels[y * extent.width() + x] = (byte) (isDrawn ? 255 : 0);
      }
    }
    return levels;
  }
}
