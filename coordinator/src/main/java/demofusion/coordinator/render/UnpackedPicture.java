package demofusion.coordinator.render;

import demofusion.coordinator.diffusion.PhasePicture;
import demofusion.coordinator.image.PngRows;
import demofusion.protocol.latent.PixelExtent;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A phase's picture with its rows side by side in a scratch file: unpacked once from its PNG, which
 * can only be read from the top, and read from any place after that. The heap holds a few rows of
 * it at most.
 */
final class UnpackedPicture implements PhasePicture, AutoCloseable {
  private static final int COLOURS = 3;
  private static final int BUFFER = 1 << 16;

  private final PixelExtent extent;
  private final FileChannel scratch;

  private UnpackedPicture(PixelExtent extent, FileChannel scratch) {
    this.extent = extent;
    this.scratch = scratch;
  }

  /**
   * @param png one that {@link PictureFile} wrote
   * @param scratch is replaced, and gone after {@link #close}
   */
  static UnpackedPicture of(Path png, Path scratch) throws IOException {
    Files.deleteIfExists(scratch);
    try (PngRows rows = PngRows.open(png)) {
      FileChannel channel =
          FileChannel.open(
              scratch,
              StandardOpenOption.CREATE_NEW,
              StandardOpenOption.READ,
              StandardOpenOption.WRITE,
              StandardOpenOption.DELETE_ON_CLOSE);
      try {
        unpack(rows, channel);
        return new UnpackedPicture(rows.extent(), channel);
      } catch (IOException | RuntimeException e) {
        channel.close();
        throw e;
      }
    }
  }

  private static void unpack(PngRows rows, FileChannel channel) throws IOException {
    int height = rows.extent().height();
    byte[] row = new byte[COLOURS * rows.extent().width()];
    ByteBuffer buffer = ByteBuffer.allocate(row.length * Math.max(1, BUFFER / row.length));
    for (int y = 0; y < height; y++) {
      rows.read(y, row);
      buffer.put(row);
      if (!buffer.hasRemaining() || y + 1 == height) {
        buffer.flip();
        while (buffer.hasRemaining()) {
          channel.write(buffer);
        }
        buffer.clear();
      }
    }
  }

  @Override
  public PixelExtent extent() {
    return extent;
  }

  @Override
  public void rows(int from, int count, byte[] rgb) {
    int row = COLOURS * extent.width();
    if (from < 0 || count < 0 || from + count > extent.height()) {
      throw new IllegalArgumentException(
          "rows %s to %s of a picture of %s".formatted(from, from + count, extent));
    }
    ByteBuffer bytes = ByteBuffer.wrap(rgb, 0, count * row);
    try {
      while (bytes.hasRemaining()) {
        if (scratch.read(bytes, (long) from * row + bytes.position()) < 0) {
          throw new EOFException("the scratch file of a phase's picture was truncated");
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Deletes the scratch file. */
  @Override
  public void close() throws IOException {
    scratch.close();
  }
}
