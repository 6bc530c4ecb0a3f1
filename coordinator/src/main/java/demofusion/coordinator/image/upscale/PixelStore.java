package demofusion.coordinator.image.upscale;

import demofusion.coordinator.image.PixelRows;
import demofusion.coordinator.image.upscale.UpscaleTile.Cut;
import demofusion.protocol.latent.PixelExtent;
import demofusion.protocol.latent.Tensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * An 8-bit RGB picture of any size in a scratch file, written and read in rectangles: the heap
 * holds one row of one of them. Not for several threads at once.
 */
final class PixelStore implements PixelRows, AutoCloseable {
  private static final int COLOURS = 3;
  private static final float WHITE = 255f;

  private final PixelExtent extent;
  private final FileChannel channel;

  private PixelStore(PixelExtent extent, FileChannel channel) {
    this.extent = extent;
    this.channel = channel;
  }

  /**
   * Begins anew, whatever is left there of before; gone when it is closed. Where a file may lose
   * its name while it is open it does so at once, and is gone with the process, too, however that
   * ends.
   */
  static PixelStore create(Path scratch, PixelExtent extent) throws IOException {
    FileChannel channel =
        FileChannel.open(
            scratch,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE,
            StandardOpenOption.DELETE_ON_CLOSE);
    try {
      Files.deleteIfExists(scratch);
    } catch (IOException ignored) {
      // Then it goes when it is closed.
    }
    return new PixelStore(extent, channel);
  }

  @Override
  public PixelExtent extent() {
    return extent;
  }

  /** Takes a whole picture of this size. */
  void fill(PixelRows rows) throws IOException {
    byte[] row = new byte[COLOURS * extent.width()];
    for (int y = 0; y < extent.height(); y++) {
      rows.read(y, row);
      write(y, 0, ByteBuffer.wrap(row));
    }
  }

  /**
   * Takes a part of a network's answer, rounded to 8 bits.
   *
   * @param top where its first row lies here
   * @param left where its first column lies here
   * @param pixels (3, height, width), about [0, 1]
   * @param part of them
   */
  void put(int top, int left, Tensor pixels, Cut part) throws IOException {
    int height = pixels.shape()[1];
    int width = pixels.shape()[2];
    byte[] row = new byte[COLOURS * part.width()];
    for (int y = 0; y < part.height(); y++) {
      for (int channelOfPixel = 0; channelOfPixel < COLOURS; channelOfPixel++) {
        int from = (channelOfPixel * height + part.top() + y) * width + part.left();
        for (int x = 0; x < part.width(); x++) {
          row[COLOURS * x + channelOfPixel] = PixelRows.toByte(pixels.values()[from + x]);
        }
      }
      write(top + y, left, ByteBuffer.wrap(row));
    }
  }

  /** A rectangle as networks want it: (3, height, width) in [0, 1]. */
  Tensor cut(Cut part) throws IOException {
    Tensor pixels = Tensor.zeros(COLOURS, part.height(), part.width());
    byte[] row = new byte[COLOURS * part.width()];
    for (int y = 0; y < part.height(); y++) {
      readFully(part.top() + y, part.left(), ByteBuffer.wrap(row));
      for (int n = 0; n < row.length; n++) {
        int to = (n % COLOURS * part.height() + y) * part.width() + n / COLOURS;
        pixels.values()[to] = (row[n] & 0xff) / WHITE;
      }
    }
    return pixels;
  }

  @Override
  public void read(int y, byte[] rgb) throws IOException {
    readFully(y, 0, ByteBuffer.wrap(rgb, 0, COLOURS * extent.width()));
  }

  private long position(int y, int x) {
    return COLOURS * ((long) y * extent.width() + x);
  }

  private void write(int y, int x, ByteBuffer bytes) throws IOException {
    long position = position(y, x);
    while (bytes.hasRemaining()) {
      position += channel.write(bytes, position);
    }
  }

  private void readFully(int y, int x, ByteBuffer bytes) throws IOException {
    long position = position(y, x);
    while (bytes.hasRemaining()) {
      int count = channel.read(bytes, position);
      if (count < 0) {
        throw new IOException("the scratch file of the image was truncated");
      }
      position += count;
    }
  }

  /** Deletes the scratch file. */
  @Override
  public void close() throws IOException {
    channel.close();
  }
}
