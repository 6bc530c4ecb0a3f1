package demofusion.protocol.picture;

import demofusion.protocol.latent.PixelExtent;
import demofusion.protocol.latent.Tensor;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A window of an 8-bit picture that is enlarged by cubic convolution ({@link CubicAxis}; modes
 * section 2), as those pixels that it is made of: a sixteenth of its own bytes where the picture is
 * enlarged twofold. Its bits are the same whoever computes it.
 *
 * @param rgb (rows, columns, 3): the pixels of the picture that the window is made of
 */
public record EnlargedWindow(Place place, byte[] rgb) {
  private static final int COLOURS = 3;
  private static final int TAPS = CubicAxis.TAPS;
  private static final int MOST_SIDE = 1 << 16;

  /** Of the window, as whoever computes it holds it. */
  private static final long MOST_AREA = 1 << 24;

  private static final float[] LEVELS = levels();

  public EnlargedWindow {
    if (rgb.length != place.bytes()) {
      throw new IllegalArgumentException(
          "%s bytes are not the %s that %s is made of".formatted(rgb.length, place.bytes(), place));
    }
  }

  /**
   * Where a window lies.
   *
   * @param picture extent of the whole picture
   * @param enlarged what that is enlarged to
   * @param top in pixels of the enlarged picture, as left, height and width are
   */
  public record Place(
      PixelExtent picture, PixelExtent enlarged, int top, int left, int height, int width) {
    public Place {
      requireSides("a picture", picture);
      requireSides("an enlarged picture", enlarged);
      if (top < 0
          || left < 0
          || height < 1
          || width < 1
          || height > enlarged.height() - top
          || width > enlarged.width() - left) {
        throw new IllegalArgumentException(
            "a window of %sx%s at %s, %s does not lie in a picture of %s"
                .formatted(width, height, left, top, enlarged));
      }
      if ((long) height * width > MOST_AREA) {
        throw new IllegalArgumentException(
            "a window of %sx%s has more than %s pixels".formatted(width, height, MOST_AREA));
      }
    }

    private static void requireSides(String what, PixelExtent extent) {
      if (Math.max(extent.width(), extent.height()) > MOST_SIDE) {
        throw new IllegalArgumentException(
            "%s of %s has more than %s pixels on a side".formatted(what, extent, MOST_SIDE));
      }
    }

    private CubicAxis rows() {
      return CubicAxis.of(picture.height(), enlarged.height());
    }

    private CubicAxis columns() {
      return CubicAxis.of(picture.width(), enlarged.width());
    }

    /** The first of the picture's rows that the window is made of. */
    public int firstRow() {
      return CubicAxis.first(picture.height(), enlarged.height(), top);
    }

    /** The last one. */
    public int lastRow() {
      return CubicAxis.last(picture.height(), enlarged.height(), top + height - 1);
    }

    /** The first of its columns. */
    public int firstColumn() {
      return CubicAxis.first(picture.width(), enlarged.width(), left);
    }

    /** The last one. */
    public int lastColumn() {
      return CubicAxis.last(picture.width(), enlarged.width(), left + width - 1);
    }

    /** Of the pixels that it is made of. */
    public long bytes() {
      return (long) COLOURS * (lastRow() - firstRow() + 1) * (lastColumn() - firstColumn() + 1);
    }
  }

  private static float[] levels() {
    float[] levels = new float[256];
    for (int level = 0; level < levels.length; level++) {
      levels[level] = (float) (level / 127.5 - 1);
    }
    return levels;
  }

  /** One axis of the window, by its own samples and by those of its pixels. */
  private static final class Axis {
    final int[] index; // for each sample of the window its taps' places among the pixels
    final float[] weight;

    Axis(CubicAxis whole, int from, int count, int first) {
      index = new int[count * TAPS];
      weight = new float[count * TAPS];
      for (int n = 0; n < index.length; n++) {
        index[n] = whole.index(from + n / TAPS, n % TAPS) - first;
        weight[n] = whole.weight(from + n / TAPS, n % TAPS);
      }
    }
  }

  /**
   * The window itself: pixels in [−1, 1], enlarged and not clamped.
   *
   * @return (3, height, width)
   */
  public Tensor pixels() {
    int height = place.height();
    int width = place.width();
    int pixelsWide = place.lastColumn() - place.firstColumn() + 1;
    Axis rows = new Axis(place.rows(), place.top(), height, place.firstRow());
    Axis columns = new Axis(place.columns(), place.left(), width, place.firstColumn());
    float[][] across = new float[TAPS][]; // the last rows, each enlarged to (3, width)
    int[] rowOf = {-1, -1, -1, -1};
    float[] line = new float[pixelsWide];
    Tensor window = Tensor.zeros(COLOURS, height, width);
    for (int y = 0; y < height; y++) {
      for (int tap = 0; tap < TAPS; tap++) {
        int row = rows.index[y * TAPS + tap];
        int slot = row % TAPS;
        if (rowOf[slot] != row) {
          across[slot] = enlarge(row, columns, line, across[slot]);
          rowOf[slot] = row;
        }
      }
      mix(rows, y, across, window.values());
    }
    return window;
  }

  /** One row of the pixels, made (3, width). */
  private float[] enlarge(int row, Axis columns, float[] line, float @Nullable [] before) {
    int width = place.width();
    float[] into = before == null ? new float[COLOURS * width] : before;
    int[] index = columns.index;
    float[] weight = columns.weight;
    for (int colour = 0; colour < COLOURS; colour++) {
      int from = row * line.length * COLOURS + colour;
      for (int n = 0; n < line.length; n++) {
        line[n] = LEVELS[rgb[from + n * COLOURS] & 0xff];
      }
      int to = colour * width;
      for (int x = 0; x < width; x++) {
        int n = x * TAPS;
        float sum = 0;
        sum += weight[n] * line[index[n]];
        sum += weight[n + 1] * line[index[n + 1]];
        sum += weight[n + 2] * line[index[n + 2]];
        sum += weight[n + 3] * line[index[n + 3]];
        into[to + x] = sum;
      }
    }
    return into;
  }

  /** One row of the window, of four rows that are enlarged. */
  private void mix(Axis rows, int y, float[][] across, float[] window) {
    int height = place.height();
    int width = place.width();
    int n = y * TAPS;
    float[] first = across[rows.index[n] % TAPS];
    float[] second = across[rows.index[n + 1] % TAPS];
    float[] third = across[rows.index[n + 2] % TAPS];
    float[] fourth = across[rows.index[n + 3] % TAPS];
    float ofFirst = rows.weight[n];
    float ofSecond = rows.weight[n + 1];
    float ofThird = rows.weight[n + 2];
    float ofFourth = rows.weight[n + 3];
    for (int colour = 0; colour < COLOURS; colour++) {
      int from = colour * width;
      int to = (colour * height + y) * width;
      for (int x = 0; x < width; x++) {
        float sum = 0;
        sum += ofFirst * first[from + x];
        sum += ofSecond * second[from + x];
        sum += ofThird * third[from + x];
        sum += ofFourth * fourth[from + x];
        window[to + x] = sum;
      }
    }
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof EnlargedWindow window
        && place.equals(window.place)
        && Arrays.equals(rgb, window.rgb);
  }

  @Override
  public int hashCode() {
    return 31 * place.hashCode() + Arrays.hashCode(rgb);
  }

  @Override
  public String toString() {
    return "window " + place;
  }
}
