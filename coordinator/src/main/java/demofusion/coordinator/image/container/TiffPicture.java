package demofusion.coordinator.image.container;

import java.io.EOFException;
import java.io.IOException;
import javax.imageio.stream.ImageInputStream;

/** A TIFF's first picture: strips or tiles that lie anywhere in the file. */
final class TiffPicture {
  private static final int PHOTOMETRIC = 262;
  private static final int SEPARATED = 5; // inks
  private static final int STRIP_OFFSETS = 273;
  private static final int ORIENTATION = 274;
  private static final int STRIP_BYTES = 279;
  private static final int TILE_WIDTH = 322;
  private static final int TILE_HEIGHT = 323;
  private static final int TILE_OFFSETS = 324;
  private static final int TILE_BYTES = 325;
  private static final int JPEG_OFFSET = 513;
  private static final int JPEG_BYTES = 514;
  private static final int MOST_TILE_PIXELS = 1 << 24;

  private final ImageInputStream in;
  private final PictureHead.Notes notes;

  TiffPicture(ImageInputStream in, PictureHead.Notes notes) {
    this.in = in;
    this.notes = notes;
  }

  void read() throws IOException {
    TiffDirectory directory = TiffDirectory.first(in);
    directory.requireWhole();
    requireInside(directory.numbers(STRIP_OFFSETS), directory.numbers(STRIP_BYTES));
    requireInside(directory.numbers(TILE_OFFSETS), directory.numbers(TILE_BYTES));
    requireInside(directory.numbers(JPEG_OFFSET), directory.numbers(JPEG_BYTES));
    long width = directory.number(TILE_WIDTH, 1);
    long height = directory.number(TILE_HEIGHT, 1);
    if (width > MOST_TILE_PIXELS
        || height > MOST_TILE_PIXELS
        || width * height > MOST_TILE_PIXELS) {
      throw new IOException(
          "its tiles have %sx%s pixels, more than the %s that are accepted"
              .formatted(width, height, MOST_TILE_PIXELS));
    }
    if (directory.number(PHOTOMETRIC, 0) == SEPARATED) {
      notes.cmyk();
    }
    notes.orientation((int) Math.min(9, directory.number(ORIENTATION, 1)));
    try {
      ExifBlock.readTexts(directory, in, notes);
    } catch (IOException | RuntimeException e) {
      // As a broken Exif block elsewhere.
    }
  }

  private void requireInside(long[] offsets, long[] bytes) throws IOException {
    for (int n = 0; n < offsets.length; n++) {
      long length = n < bytes.length ? bytes[n] : 1;
      if (offsets[n] > in.length() - length) {
        throw new EOFException();
      }
    }
  }
}
