package demofusion.coordinator.image;

import demofusion.protocol.latent.PixelExtent;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;

/**
 * The rows of a PNG that {@link PngWriter} wrote, one after another, so that nobody needs to hold a
 * picture of a gigabyte. Other kinds of PNG (palettes, 16 bits, interlaced) are refused: they are
 * none of a farm's own.
 */
public final class PngRows implements PixelRows, AutoCloseable {
  private static final int BUFFER = 1 << 16;
  private static final int PIXEL = 3; // bytes
  private static final int TRUE_COLOUR = 2;

  private final DataInputStream file;
  private final PixelExtent extent;
  private final Inflater inflater = new Inflater();
  private final DataInputStream rows;
  private byte[] above;

  private PngRows(DataInputStream file, PixelExtent extent) {
    this.file = file;
    this.extent = extent;
    this.rows =
        new DataInputStream(
            new BufferedInputStream(
                new InflaterInputStream(new DataChunks(), inflater, BUFFER), BUFFER));
    this.above = new byte[PIXEL * extent.width()];
  }

  /**
   * @throws IOException if it cannot be read, or is no such PNG
   */
  public static PngRows open(Path path) throws IOException {
    InputStream in = Files.newInputStream(path);
    try {
      DataInputStream file = new DataInputStream(new BufferedInputStream(in, BUFFER));
      return new PngRows(file, header(file));
    } catch (IOException | RuntimeException e) {
      in.close();
      throw e;
    }
  }

  private static PixelExtent header(DataInputStream file) throws IOException {
    byte[] signature = new byte[PngWriter.SIGNATURE.length];
    file.readFully(signature);
    if (!Arrays.equals(signature, PngWriter.SIGNATURE) || file.readInt() != 13) {
      throw new IOException("it is not a PNG");
    }
    file.skipNBytes(4); // IHDR
    int width = file.readInt();
    int height = file.readInt();
    boolean isOurs =
        file.readUnsignedByte() == 8
            && file.readUnsignedByte() == TRUE_COLOUR
            && file.readUnsignedByte() == 0
            && file.readUnsignedByte() == 0
            && file.readUnsignedByte() == 0;
    if (!isOurs || width < 1 || height < 1) {
      throw new IOException("it is not an 8-bit RGB PNG");
    }
    file.skipNBytes(4); // checksum
    return new PixelExtent(width, height);
  }

  @Override
  public PixelExtent extent() {
    return extent;
  }

  @Override
  public void read(int y, byte[] rgb) throws IOException {
    int filter = rows.readUnsignedByte();
    rows.readFully(rgb, 0, above.length);
    switch (filter) {
      case 0 -> {}
      case 1 -> addLeft(rgb);
      case 2 -> addAbove(rgb);
      case 3 -> addMean(rgb);
      case 4 -> addPaeth(rgb);
      default -> throw new IOException("row " + y + " has an unknown filter");
    }
    System.arraycopy(rgb, 0, above, 0, above.length);
  }

  private void addLeft(byte[] row) {
    for (int n = PIXEL; n < above.length; n++) {
      row[n] += row[n - PIXEL];
    }
  }

  private void addAbove(byte[] row) {
    for (int n = 0; n < above.length; n++) {
      row[n] += above[n];
    }
  }

  private void addMean(byte[] row) {
    for (int n = 0; n < above.length; n++) {
      int left = n < PIXEL ? 0 : row[n - PIXEL] & 0xff;
      row[n] += (byte) ((left + (above[n] & 0xff)) / 2);
    }
  }

  private void addPaeth(byte[] row) {
    for (int n = 0; n < above.length; n++) {
      int left = n < PIXEL ? 0 : row[n - PIXEL] & 0xff;
      int upLeft = n < PIXEL ? 0 : above[n - PIXEL] & 0xff;
      row[n] += (byte) RowFilter.paeth(left, above[n] & 0xff, upLeft);
    }
  }

  @Override
  public void close() throws IOException {
    inflater.end();
    file.close();
  }

  /** What all IDAT chunks hold, as one stream. */
  private final class DataChunks extends InputStream {
    private int left; // bytes of this chunk
    private boolean hasBegun;

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int from, int length) throws IOException {
      while (left == 0) {
        next();
      }
      int count = file.read(bytes, from, Math.min(length, left));
      if (count < 0) {
        throw new EOFException("it is truncated");
      }
      left -= count;
      return count;
    }

    private void next() throws IOException {
      if (hasBegun) {
        file.skipNBytes(4); // checksum of the chunk before
      }
      while (true) {
        int length = file.readInt();
        byte[] type = new byte[4];
        file.readFully(type);
        String name = new String(type, StandardCharsets.US_ASCII);
        if (length < 0 || name.equals("IEND")) {
          throw new EOFException("it ends before its last row");
        }
        if (name.equals("IDAT")) {
          hasBegun = true;
          left = length;
          return;
        }
        file.skipNBytes(length + 4L);
      }
    }
  }
}
