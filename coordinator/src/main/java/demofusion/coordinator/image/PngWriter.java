package demofusion.coordinator.image;

import demofusion.protocol.latent.PixelExtent;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;

/**
 * Writes an 8-bit RGB PNG row by row (PNG specification, third edition). ImageIO's writer would do,
 * but wants its picture as a RenderedImage of twenty methods and loads the desktop's libraries; a
 * PNG is a header, the rows in zlib's format, and an end. Equal rows and texts make equal bytes:
 * there is no date in them.
 */
public final class PngWriter implements AutoCloseable {
  static final byte[] SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};

  private static final int CHUNK_BYTES = 1 << 16;
  private static final int COMPRESSION_LEVEL = 6;

  private final DataOutputStream out;
  private final Deflater deflater;
  private final OutputStream data;
  private final RowFilter filter;

  private final boolean isStored;

  private PngWriter(OutputStream out, PixelExtent extent, boolean isStored) {
    this.isStored = isStored;
    this.deflater = new Deflater(isStored ? Deflater.NO_COMPRESSION : COMPRESSION_LEVEL);
    this.out = new DataOutputStream(new BufferedOutputStream(out, CHUNK_BYTES));
    this.data =
        new BufferedOutputStream(
            new DeflaterOutputStream(new DataChunks(), deflater, CHUNK_BYTES), CHUNK_BYTES);
    this.filter = new RowFilter(3 * extent.width());
  }

  /**
   * Writes a picture; the stream is flushed but left open.
   *
   * @param texts keywords of 1 to 79 Latin-1 characters, and what they say
   */
  public static void write(OutputStream out, PixelRows rows, Map<String, String> texts)
      throws IOException {
    try (PngWriter png = begin(out, rows.extent(), texts)) {
      png.rows(rows, 0, rows.extent().height());
      png.finish();
    }
  }

  /** Begins a picture whose rows come by and by; its {@link #rows} and {@link #finish} follow. */
  public static PngWriter begin(OutputStream out, PixelExtent extent, Map<String, String> texts)
      throws IOException {
    return begin(out, extent, texts, false);
  }

  /**
   * The same.
   *
   * @param isStored whether it is soon read and deleted: then its file is as large as its pixels,
   *     and written as fast as they come
   */
  public static PngWriter begin(
      OutputStream out, PixelExtent extent, Map<String, String> texts, boolean isStored)
      throws IOException {
    PngWriter png = new PngWriter(out, extent, isStored);
    png.out.write(SIGNATURE);
    png.writeHeader(extent);
    for (Map.Entry<String, String> text : texts.entrySet()) {
      png.writeText(text.getKey(), text.getValue());
    }
    return png;
  }

  /** Writes the rows [from, to), which follow those that were written before. */
  public void rows(PixelRows rows, int from, int to) throws IOException {
    for (int y = from; y < to; y++) {
      rows.read(y, filter.row());
      data.write(isStored ? filter.plain() : filter.apply());
    }
  }

  /** Ends the picture; the stream is flushed but left open. */
  public void finish() throws IOException {
    data.close();
    writeChunk("IEND", new byte[0], 0);
    out.flush();
  }

  /** Lets go of the compressor, whether the picture was finished or not. */
  @Override
  public void close() {
    deflater.end();
  }

  private void writeHeader(PixelExtent extent) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream header = new DataOutputStream(bytes);
    header.writeInt(extent.width());
    header.writeInt(extent.height());
    header.write(8); // bits per sample
    header.write(2); // RGB
    header.write(0); // deflate
    header.write(0); // the five filters
    header.write(0); // no interlacing
    writeChunk("IHDR", bytes.toByteArray(), bytes.size());
  }

  /** As PIL does: tEXt where Latin-1 suffices, iTXt (UTF-8, not compressed) otherwise. */
  private void writeText(String keyword, String text) throws IOException {
    if (!keyword.matches("[ -~]{1,79}") || text.indexOf('\0') >= 0) {
      throw new IllegalArgumentException("PNG cannot hold the text \"" + keyword + "\"");
    }
    ByteArrayOutputStream chunk = new ByteArrayOutputStream();
    chunk.writeBytes(keyword.getBytes(StandardCharsets.ISO_8859_1));
    chunk.write(0);
    boolean latin = StandardCharsets.ISO_8859_1.newEncoder().canEncode(text);
    if (latin) {
      chunk.writeBytes(text.getBytes(StandardCharsets.ISO_8859_1));
    } else {
      chunk.writeBytes(new byte[4]); // not compressed, method 0, no language, no translation
      chunk.writeBytes(text.getBytes(StandardCharsets.UTF_8));
    }
    writeChunk(latin ? "tEXt" : "iTXt", chunk.toByteArray(), chunk.size());
  }

  private void writeChunk(String type, byte[] bytes, int length) throws IOException {
    byte[] name = type.getBytes(StandardCharsets.US_ASCII);
    CRC32 checksum = new CRC32();
    checksum.update(name);
    checksum.update(bytes, 0, length);
    out.writeInt(length);
    out.write(name);
    out.write(bytes, 0, length);
    out.writeInt((int) checksum.getValue());
  }

  /** Every write becomes an IDAT chunk; the deflater above writes whole buffers. */
  private final class DataChunks extends OutputStream {
    @Override
    public void write(int value) throws IOException {
      write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int from, int length) throws IOException {
      writeChunk(
          "IDAT", from == 0 ? bytes : Arrays.copyOfRange(bytes, from, from + length), length);
    }
  }
}
