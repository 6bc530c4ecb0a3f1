package demofusion.coordinator.diffusion.region;

import demofusion.coordinator.diffusion.Parallel;
import demofusion.protocol.latent.PixelExtent;
import java.util.Arrays;

/**
 * Edges by Canny's method (1986), bit for bit as OpenCV finds them with aperture 3 and the L1 norm
 * (modes section 5): in integers, so that the picture alone decides. Goes over the picture in bands
 * of rows.
 */
final class Canny {
  /** Rows that are read at once; the result does not depend on it. */
  static final int BAND = 64;

  /** Rows that one thread takes at once. */
  private static final int GRAIN = 8;

  /** A row's edges depend on two rows above and below. */
  private static final int HALO = 2;

  /** tan 22.5° in 2⁻¹⁵; tan 67.5° is 2 more. */
  private static final int TANGENT = 13573;

  private static final int TANGENT_SHIFT = 15;

  private final PixelExtent extent;
  private final int low;
  private final int high;

  /**
   * @param low what a gradient must exceed to be part of an edge
   * @param high what one gradient of an edge must exceed
   */
  Canny(PixelExtent extent, int low, int high) {
    this.extent = extent;
    this.low = low;
    this.high = high;
  }

  EdgeMap edges(PictureRows picture) {
    return edges(picture, BAND);
  }

  EdgeMap edges(PictureRows picture, int bandRows) {
    EdgeMap map = new EdgeMap(extent);
    int width = extent.width();
    byte[] rgb = new byte[Math.multiplyExact((bandRows + 2 * HALO) * 3, width)];
    for (int from = 0; from < extent.height(); from += bandRows) {
      int to = Math.min(extent.height(), from + bandRows);
      int first = Math.max(0, from - HALO);
      int last = Math.min(extent.height(), to + HALO);
      picture.read(first, last - first, rgb);
      int begin = from;
      Parallel.forRanges(
          to - from, GRAIN, (n, end) -> new Rows(map, rgb, first).mark(begin + n, begin + end));
    }
    map.connect();
    return map;
  }

  /** Neighbouring rows, with the three rows of gradients that they need at a time. */
  private final class Rows {
    private final EdgeMap map;
    private final byte[] rgb; // rows from firstRead on
    private final int firstRead;
    private final int[][] grey = new int[3][]; // by row number modulo 3; one more at both ends
    private final int[][] across = new int[3][]; // dx
    private final int[][] down = new int[3][]; // dy
    private final int[][] size = new int[3][]; // |dx| + |dy|, one 0 more at both ends

    Rows(EdgeMap map, byte[] rgb, int firstRead) {
      this.map = map;
      this.rgb = rgb;
      this.firstRead = firstRead;
      for (int n = 0; n < 3; n++) {
        grey[n] = new int[extent.width() + 2];
        across[n] = new int[extent.width()];
        down[n] = new int[extent.width()];
        size[n] = new int[extent.width() + 2];
      }
    }

    void mark(int from, int to) {
      grey(from - 2);
      grey(from - 1);
      gradient(from - 1);
      gradient(from);
      for (int row = from; row < to; row++) {
        gradient(row + 1);
        thin(row);
      }
    }

    /** A row of grey, the picture's edges replicated. */
    private void grey(int row) {
      int[] values = grey[Math.floorMod(row, 3)];
      int inside = Math.max(0, Math.min(extent.height() - 1, row));
      int at = (inside - firstRead) * extent.width() * 3;
      for (int column = 1; column <= extent.width(); column++, at += 3) {
        int red = rgb[at] & 0xff;
        int green = rgb[at + 1] & 0xff;
        int blue = rgb[at + 2] & 0xff;
        values[column] = (9798 * red + 19235 * green + 3735 * blue + (1 << 14)) >> 15;
      }
      values[0] = values[1];
      values[extent.width() + 1] = values[extent.width()];
    }

    /** Sobel's gradient of a row, for which the two rows above are in place already. */
    private void gradient(int row) {
      grey(row + 1);
      int[] sizes = size[Math.floorMod(row, 3)];
      if (row < 0 || row >= extent.height()) {
        Arrays.fill(sizes, 0);
        return;
      }
      int[] above = grey[Math.floorMod(row - 1, 3)];
      int[] here = grey[Math.floorMod(row, 3)];
      int[] below = grey[Math.floorMod(row + 1, 3)];
      int[] dxs = across[Math.floorMod(row, 3)];
      int[] dys = down[Math.floorMod(row, 3)];
      for (int n = 0; n < dxs.length; n++) {
        int dx = above[n + 2] + 2 * here[n + 2] + below[n + 2] - above[n] - 2 * here[n] - below[n];
        int dy =
            below[n] + 2 * below[n + 1] + below[n + 2] - above[n] - 2 * above[n + 1] - above[n + 2];
        dxs[n] = dx;
        dys[n] = dy;
        sizes[n + 1] = Math.abs(dx) + Math.abs(dy);
      }
    }

    /** Marks the pixels of a row whose gradient is larger than the two in its direction. */
    private void thin(int row) {
      int[] above = size[Math.floorMod(row - 1, 3)];
      int[] here = size[Math.floorMod(row, 3)];
      int[] below = size[Math.floorMod(row + 1, 3)];
      int[] dxs = across[Math.floorMod(row, 3)];
      int[] dys = down[Math.floorMod(row, 3)];
      for (int n = 0; n < dxs.length; n++) {
        int gradient = here[n + 1];
        if (gradient <= low) {
          continue;
        }
        int x = Math.abs(dxs[n]);
        int y = Math.abs(dys[n]) << TANGENT_SHIFT;
        boolean isLargest;
        if (y < TANGENT * x) {
          isLargest = gradient > here[n] && gradient >= here[n + 2];
        } else if (y > TANGENT * x + (x << (TANGENT_SHIFT + 1))) {
          isLargest = gradient > above[n + 1] && gradient >= below[n + 1];
        } else if ((dxs[n] ^ dys[n]) < 0) {
          isLargest = gradient > above[n + 2] && gradient > below[n];
        } else {
          isLargest = gradient > above[n] && gradient > below[n + 2];
        }
        if (isLargest) {
          map.mark(row, n, gradient > high);
        }
      }
    }
  }
}
