package demofusion.coordinator.diffusion.resize;

import demofusion.protocol.latent.PixelExtent;
import demofusion.protocol.latent.Tensor;
import demofusion.protocol.picture.EnlargedWindow;
import demofusion.protocol.work.EncoderInput;

/**
 * An 8-bit picture in [−1, 1], enlarged as {@link Bicubic} does it, of which only those windows are
 * computed that somebody looks at; values are not clamped (modes section 2). Workers compute them,
 * of the few pixels that they are made of. Its rows may come by and by.
 */
public final class EnlargedPicture implements PictureWindows {
  private static final int COLOURS = 3;

  /** Rows that are read at once. */
  private static final int BAND = 16;

  private final Source picture;
  private final PixelExtent enlarged;

  /** What is enlarged. */
  public interface Source {
    PixelExtent extent();

    /** How many of its rows, from the top, can be read by now. */
    int readableRows();

    /**
     * Copies neighbouring rows.
     *
     * @param from the first row's number, from 0
     * @param rgb interleaved bytes (count, width, 3) from its start on
     */
    void rows(int from, int count, byte[] rgb);
  }

  /**
   * @param enlarged what it is enlarged to
   */
  public EnlargedPicture(Source picture, PixelExtent enlarged) {
    this.picture = picture;
    this.enlarged = enlarged;
  }

  @Override
  public boolean isReadable(int top, int left, int height, int width) {
    return place(top, left, height, width).lastRow() < picture.readableRows();
  }

  @Override
  public Tensor window(int top, int left, int height, int width) {
    return part(top, left, height, width).pixels();
  }

  @Override
  public EncoderInput input(int top, int left, int height, int width) {
    return new EncoderInput.Enlarged(part(top, left, height, width));
  }

  private EnlargedWindow part(int top, int left, int height, int width) {
    EnlargedWindow.Place place = place(top, left, height, width);
    int rowBytes = COLOURS * (place.lastColumn() - place.firstColumn() + 1);
    int whole = COLOURS * picture.extent().width();
    byte[] band = new byte[BAND * whole];
    byte[] pixels = new byte[Math.toIntExact(place.bytes())];
    int count;
    for (int row = place.firstRow(), at = 0; row <= place.lastRow(); row += count) {
      count = Math.min(BAND, place.lastRow() + 1 - row);
      picture.rows(row, count, band);
      for (int n = 0; n < count; n++, at += rowBytes) {
        System.arraycopy(band, n * whole + COLOURS * place.firstColumn(), pixels, at, rowBytes);
      }
    }
    return new EnlargedWindow(place, pixels);
  }

  private EnlargedWindow.Place place(int top, int left, int height, int width) {
    return new EnlargedWindow.Place(picture.extent(), enlarged, top, left, height, width);
  }
}
