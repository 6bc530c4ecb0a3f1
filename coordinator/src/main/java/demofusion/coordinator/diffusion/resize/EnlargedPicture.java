package demofusion.coordinator.diffusion.resize;

import demofusion.coordinator.diffusion.region.PictureRows;
import demofusion.protocol.latent.PixelExtent;
import demofusion.protocol.latent.Tensor;
import demofusion.protocol.picture.CubicAxis;

/**
 * An 8-bit picture in [−1, 1], enlarged as {@link Bicubic} does it, of which only those windows are
 * computed that somebody looks at; values are not clamped (modes section 2).
 */
public final class EnlargedPicture implements PictureWindows {
  private static final int COLOURS = 3;

  private final PixelExtent extent;
  private final PictureRows picture;
  private final CubicAxis rows;
  private final CubicAxis columns;

  /**
   * @param extent of the picture
   * @param enlarged what it is enlarged to
   */
  public EnlargedPicture(PixelExtent extent, PictureRows picture, PixelExtent enlarged) {
    this.extent = extent;
    this.picture = picture;
    this.rows = CubicAxis.of(extent.height(), enlarged.height());
    this.columns = CubicAxis.of(extent.width(), enlarged.width());
  }

  @Override
  public Tensor window(int top, int left, int height, int width) {
    int first = rows.firstOf(top);
    int last = rows.lastOf(top + height - 1);
    float[] across = across(first, last - first + 1, left, width);
    Tensor window = Tensor.zeros(COLOURS, height, width);
    float[] values = window.values();
    for (int line = 0; line < COLOURS * height; line++) {
      int colour = line / height;
      int y = top + line % height;
      for (int tap = 0; tap < CubicAxis.TAPS; tap++) {
        float weight = rows.weight(y, tap);
        int from = ((rows.index(y, tap) - first) * COLOURS + colour) * width;
        for (int x = 0; x < width; x++) {
          values[line * width + x] += weight * across[from + x];
        }
      }
    }
    return window;
  }

  /**
   * Some rows of the picture, each enlarged.
   *
   * @return (rows, 3, width)
   */
  private float[] across(int firstRow, int count, int left, int width) {
    float[] across = new float[count * COLOURS * width];
    byte[] pixels = new byte[COLOURS * extent.width()];
    float[] line = new float[pixels.length];
    for (int row = 0; row < count; row++) {
      picture.read(firstRow + row, 1, pixels);
      for (int n = 0; n < line.length; n++) {
        line[n] = (float) ((pixels[n] & 0xff) / 127.5 - 1);
      }
      for (int colour = 0; colour < COLOURS; colour++) {
        int to = (row * COLOURS + colour) * width;
        for (int x = 0; x < width; x++) {
          float sum = 0;
          for (int tap = 0; tap < CubicAxis.TAPS; tap++) {
            int column = columns.index(left + x, tap);
            sum += columns.weight(left + x, tap) * line[COLOURS * column + colour];
          }
          across[to + x] = sum;
        }
      }
    }
    return across;
  }
}
