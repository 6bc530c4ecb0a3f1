package demofusion.coordinator.image.container;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteOrder;
import javax.imageio.stream.ImageInputStream;

/** A Windows bitmap: two headers, a palette, and rows that are of a known length, or run lengths. */
final class BmpPicture {
  private static final int CORE_HEADER = 12;
  private static final int RUNS_OF_BYTES = 1;
  private static final int RUNS_OF_HALVES = 2;
  private static final int MASKS = 3;

  private final ImageInputStream in;

  BmpPicture(ImageInputStream in) {
    this.in = in;
  }

  void read() throws IOException {
    in.setByteOrder(ByteOrder.LITTLE_ENDIAN);
    PictureHead.skip(in, 10);
    long pixels = in.readUnsignedInt();
    long header = in.readUnsignedInt();
    boolean isCore = header == CORE_HEADER;
    long width = isCore ? in.readUnsignedShort() : in.readInt();
    long height = isCore ? in.readUnsignedShort() : Math.abs((long) in.readInt());
    PictureHead.skip(in, 2);
    int bits = in.readUnsignedShort();
    int compression = isCore ? 0 : in.readInt();
    long bytes = isCore ? 0 : in.readUnsignedInt();
    if (!isCore) {
      PictureHead.skip(in, 8); // pixels per metre
      requirePalette(in.readUnsignedInt(), bits);
    }
    if (compression == RUNS_OF_BYTES || compression == RUNS_OF_HALVES) {
      in.seek(pixels);
      readRuns(compression == RUNS_OF_BYTES);
      return;
    }
    long rows = compression == 0 || compression == MASKS ? (width * bits + 31) / 32 * 4 * height : bytes;
    if (pixels > in.length() - rows) {
      throw new EOFException();
    }
  }

  private static void requirePalette(long colours, int bits) throws IOException {
    if (colours > 256 && bits <= 8) {
      throw new IOException("it has " + colours + " colours and " + bits + " bits for a pixel");
    }
  }

  /** Reads on to the mark at the end. */
  private void readRuns(boolean ofBytes) throws IOException {
    while (true) {
      int count = in.readUnsignedByte();
      int value = in.readUnsignedByte();
      if (count == 0 && value == 1) {
        return;
      }
      if (count == 0 && value == 2) {
        PictureHead.skip(in, 2); // a leap
      } else if (count == 0 && value > 2) {
        int bytes = ofBytes ? value : (value + 1) / 2;
        PictureHead.skip(in, bytes + bytes % 2); // as they are
      }
    }
  }
}
