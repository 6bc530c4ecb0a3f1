package demofusion.coordinator.diffusion.mask;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.api.request.condition.Outpaint;
import demofusion.protocol.api.request.condition.PictureBytes.Pixels;
import demofusion.protocol.latent.PixelExtent;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A picture and its mask, extended (conditioning section 5.1): edge pixels are repeated, and what
 * is outside is drawn anew, and the overlap inside each extended side.
 *
 * @param levels (height, width), 255 where it is drawn anew, else 0
 */
record Canvas(Pixels picture, byte[] levels) {
  private static final int COLOURS = 3;
  private static final int MOST_TIMES = 3;

  static PixelExtent extended(PixelExtent picture, Outpaint sides) {
    return new PixelExtent(
        sides.left() + picture.width() + sides.right(),
        sides.top() + picture.height() + sides.bottom());
  }

  /**
   * @param sides null: nothing is added
   * @throws DemofusionException BAD_REQUEST if they are over three times the picture's
   */
  static Canvas of(Pixels picture, byte[] levels, @Nullable Outpaint sides) {
    if (sides == null) {
      return new Canvas(picture, levels);
    }
    PixelExtent inner = picture.extent();
    requireFew("top", sides.top(), "height", inner.height());
    requireFew("bottom", sides.bottom(), "height", inner.height());
    requireFew("left", sides.left(), "width", inner.width());
    requireFew("right", sides.right(), "width", inner.width());
    PixelExtent outer = extended(inner, sides);
    byte[] rgb = new byte[Math.toIntExact(COLOURS * outer.area())];
    byte[] drawn = new byte[Math.toIntExact(outer.area())];
    // kept are the rows and columns from the first to before the last, as far as the mask says
    int firstRow = sides.top() > 0 ? sides.top() + sides.overlap() : 0;
    int firstColumn = sides.left() > 0 ? sides.left() + sides.overlap() : 0;
    int lastRow = outer.height() - (sides.bottom() > 0 ? sides.bottom() + sides.overlap() : 0);
    int lastColumn = outer.width() - (sides.right() > 0 ? sides.right() + sides.overlap() : 0);
    Arrays.fill(drawn, (byte) 255);
    for (int y = 0; y < outer.height(); y++) {
      int row = Math.max(0, Math.min(inner.height() - 1, y - sides.top()));
      for (int x = 0; x < outer.width(); x++) {
        int column = Math.max(0, Math.min(inner.width() - 1, x - sides.left()));
        int from = row * inner.width() + column;
        int to = y * outer.width() + x;
        System.arraycopy(picture.values(), COLOURS * from, rgb, COLOURS * to, COLOURS);
        if (y >= firstRow && y < lastRow && x >= firstColumn && x < lastColumn) {
          drawn[to] = levels[from];
        }
      }
    }
    return new Canvas(new Pixels(outer, rgb), drawn);
  }

  private static void requireFew(String side, int pixels, String of, int length) {
    if (pixels > (long) MOST_TIMES * length) {
      throw DemofusionException.badRequest(
          "outpaint %s %s must be at most three times the picture's %s, %s; extend it in several steps"
              .formatted(side, pixels, of, length));
    }
  }
}
