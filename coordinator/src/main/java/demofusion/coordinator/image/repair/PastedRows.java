package demofusion.coordinator.image.repair;

import demofusion.coordinator.image.PixelRows;
import demofusion.coordinator.image.PngRows;
import demofusion.protocol.api.request.condition.PictureCut;
import demofusion.protocol.latent.PixelExtent;
import java.io.IOException;
import java.nio.file.Path;

/**
 * A picture of which a part was drawn anew, put back into the larger image that it was cut out of,
 * row by row: that image is never held.
 */
public final class PastedRows implements PixelRows, AutoCloseable {
  private static final int COLOURS = 3;

  private final PngRows whole;
  private final PixelRows part;
  private final PictureCut cut;
  private final byte[] row; // of the part

  private PastedRows(PngRows whole, PixelRows part, PictureCut cut) {
    this.whole = whole;
    this.part = part;
    this.cut = cut;
    this.row = new byte[COLOURS * part.extent().width()];
  }

  /**
   * @param file of the larger image
   * @throws IOException if it cannot be read, or has another size than it had
   */
  public static PastedRows open(Path file, PixelRows part, PictureCut cut) throws IOException {
    PngRows whole = PngRows.open(file);
    if (!whole.extent().equals(cut.whole())) {
      whole.close();
      throw new IOException(file + " has " + whole.extent() + " pixels, and not " + cut.whole());
    }
    return new PastedRows(whole, part, cut);
  }

  @Override
  public PixelExtent extent() {
    return cut.whole();
  }

  /**
   * How many rows, from the top, are there.
   *
   * @param ofPart rows of the part that are
   */
  public int readableRows(int ofPart) {
    return ofPart == part.extent().height() ? extent().height() : cut.top() + ofPart;
  }

  @Override
  public void read(int y, byte[] rgb) throws IOException {
    whole.read(y, rgb);
    int of = y - cut.top();
    if (of >= 0 && of < part.extent().height()) {
      part.read(of, row);
      System.arraycopy(row, 0, rgb, COLOURS * cut.left(), row.length);
    }
  }

  @Override
  public void close() throws IOException {
    whole.close();
  }
}
