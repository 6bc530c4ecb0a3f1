package demofusion.coordinator.render;

import demofusion.coordinator.diffusion.PhasePicture;
import demofusion.coordinator.image.PixelRows;
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
 * A phase's picture with its rows side by side in a scratch file, where they are read from any
 * place: taken row by row while the picture is decoded, so that whoever needs some of them need not
 * wait for all, or unpacked from a PNG, which can only be read from the top. The heap holds a few
 * rows of it at most. One thread gives it its rows.
 */
final class UnpackedPicture implements PhasePicture, AutoCloseable {
  private static final int COLOURS = 3;
  private static final int BUFFER = 1 << 16;

  private final PixelExtent extent;
  private final FileChannel scratch;
  private int users = 1;
  private volatile int readable; // rows, from the top

  private UnpackedPicture(PixelExtent extent, FileChannel scratch) {
    this.extent = extent;
    this.scratch = scratch;
  }

  /**
   * Without rows yet.
   *
   * @param scratch is replaced, and gone after {@link #close}
   */
  static UnpackedPicture begin(PixelExtent extent, Path scratch) throws IOException {
    Files.deleteIfExists(scratch);
    return new UnpackedPicture(
        extent,
        FileChannel.open(
            scratch,
            StandardOpenOption.CREATE_NEW,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE,
            StandardOpenOption.DELETE_ON_CLOSE));
  }

  /**
   * With all of its rows.
   *
   * @param png one that {@link PictureFile} wrote
   * @param scratch is replaced, and gone after {@link #close}
   */
  static UnpackedPicture of(Path png, Path scratch) throws IOException {
    try (PngRows rows = PngRows.open(png)) {
      UnpackedPicture picture = begin(rows.extent(), scratch);
      try {
        picture.take(rows, rows.extent().height());
        return picture;
      } catch (IOException | RuntimeException e) {
        picture.close();
        throw e;
      }
    }
  }

  /**
   * Takes the rows that follow those that it has.
   *
   * @param to how many it has then
   */
  void take(PixelRows rows, int to) throws IOException {
    byte[] row = new byte[COLOURS * extent.width()];
    ByteBuffer buffer = ByteBuffer.allocate(row.length * Math.max(1, BUFFER / row.length));
    for (int y = readable; y < to; y++) {
      rows.read(y, row);
      buffer.put(row);
      if (!buffer.hasRemaining() || y + 1 == to) {
        buffer.flip();
        while (buffer.hasRemaining()) {
          scratch.write(buffer);
        }
        buffer.clear();
      }
    }
    readable = to;
  }

  @Override
  public PixelExtent extent() {
    return extent;
  }

  /** How many rows are there, from the top. */
  @Override
  public int readableRows() {
    return readable;
  }

  @Override
  public void rows(int from, int count, byte[] rgb) {
    int row = COLOURS * extent.width();
    if (from < 0 || count < 0 || from + count > readable) {
      throw new IllegalArgumentException(
          "rows %s to %s of a picture of %s of which %s are there"
              .formatted(from, from + count, extent, readable));
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

  /** The same rows for who writes them one after another. */
  PixelRows inOrder() {
    return new PixelRows() {
      @Override
      public PixelExtent extent() {
        return extent;
      }

      @Override
      public void read(int y, byte[] rgb) {
        rows(y, 1, rgb);
      }
    };
  }

  /** One more who reads it, and closes it. */
  synchronized UnpackedPicture shared() {
    if (users == 0) {
      throw new IllegalStateException("the scratch file of a phase's picture is closed");
    }
    users++;
    return this;
  }

  /** Deletes the scratch file, when everybody who has it has closed it. */
  @Override
  public synchronized void close() throws IOException {
    users--;
    if (users == 0) {
      scratch.close();
    }
  }
}
