package demofusion.coordinator.image;

import com.luciad.imageio.webp.CompressionType;
import com.luciad.imageio.webp.WebPImageWriterSpi;
import com.luciad.imageio.webp.WebPWriteParam;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.FailureCode;
import demofusion.protocol.latent.PixelExtent;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.imageio.IIOImage;
import javax.imageio.ImageWriter;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/**
 * Writes a WebP (RFC 9649) with Google's libwebp, which wants the picture whole, and an Exif block
 * behind its pixels. The library is native: it comes in a jar, and lies in a temporary file while
 * the program runs.
 */
final class WebpWriter {
  private static final int BYTES_PER_PIXEL = 8; // of a picture, a copy, and the result
  private static final int EXIF_FLAG = 0x08;
  private static final int RIFF_BYTES = 12;

  private static final AtomicBoolean LOADED = new AtomicBoolean();

  private WebpWriter() {}

  /**
   * @throws DemofusionException BAD_REQUEST if the heap cannot hold such a picture
   */
  static void requireRoom(PixelExtent extent) {
    long need = (long) BYTES_PER_PIXEL * extent.area();
    long heap = Runtime.getRuntime().maxMemory();
    if (need > heap / 2) {
      throw DemofusionException.badRequest(
          ("size %s is too large for a WebP here, which takes %s MB of memory of which it may have"
                  + " %s: write a PNG or JPEG, or raise -Xmx in DEMOFUSION_JAVA_OPTS")
              .formatted(extent, need >> 20, heap >> 21));
    }
  }

  /**
   * @throws DemofusionException BAD_REQUEST if the native library does not run here
   */
  static void requireLibrary() {
    if (!LOADED.get()) {
      requireLibrary(Path.of(System.getProperty("java.io.tmpdir")));
      LOADED.set(true);
    }
  }

  /** Looks before the library does, which says of its own failure on stderr and goes on. */
  static void requireLibrary(Path temporary) {
    try {
      Path probe = Files.createTempFile(temporary, "demofusion", ".so");
      try {
        if (!probe.toFile().setExecutable(true) || !Files.isExecutable(probe)) {
          throw new IOException("no program may run from there");
        }
      } finally {
        Files.delete(probe);
      }
      new WebPImageWriterSpi().createWriterInstance(null).getDefaultWriteParam();
    } catch (LinkageError | IOException | RuntimeException e) {
      throw new DemofusionException(
          FailureCode.BAD_REQUEST,
          "WebP cannot be written on this machine, since its library does not load from "
              + temporary
              + ": write a PNG or JPEG, or name another folder with -Djava.io.tmpdir=FOLDER in"
              + " DEMOFUSION_JAVA_OPTS",
          e);
    }
  }

  /**
   * @param exif without a name; empty for none
   */
  static void write(OutputStream out, PixelRows rows, int quality, byte[] exif) throws IOException {
    byte[] plain = encode(image(rows), quality);
    out.write(exif.length == 0 ? plain : withExif(plain, rows.extent(), exif));
    out.flush();
  }

  private static BufferedImage image(PixelRows rows) throws IOException {
    PixelExtent extent = rows.extent();
    BufferedImage image =
        new BufferedImage(extent.width(), extent.height(), BufferedImage.TYPE_3BYTE_BGR);
    byte[] bgr = ((DataBufferByte) image.getRaster().getDataBuffer()).getData();
    byte[] row = new byte[3 * extent.width()];
    for (int y = 0; y < extent.height(); y++) {
      rows.read(y, row);
      for (int n = 0; n < row.length; n++) {
        bgr[y * row.length + n] = row[n / 3 * 3 + 2 - n % 3];
      }
    }
    return image;
  }

  private static byte[] encode(BufferedImage image, int quality) throws IOException {
    ImageWriter writer = new WebPImageWriterSpi().createWriterInstance(null);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (MemoryCacheImageOutputStream stream = new MemoryCacheImageOutputStream(bytes)) {
      WebPWriteParam param = (WebPWriteParam) writer.getDefaultWriteParam();
      boolean isLossless = quality == PictureEncoder.BEST_QUALITY;
      param.setCompressionType(isLossless ? CompressionType.Lossless : CompressionType.Lossy);
      param.setCompressionQuality(isLossless ? 0.75f : quality / 100f); // or how hard it tries
      writer.setOutput(stream);
      writer.write(null, new IIOImage(image, null, null), param);
    } finally {
      writer.dispose();
    }
    return bytes.toByteArray();
  }

  /** The extended format: a header that says what follows, the pixels, the block. */
  private static byte[] withExif(byte[] plain, PixelExtent extent, byte[] exif) {
    int pixels = plain.length - RIFF_BYTES;
    int length = RIFF_BYTES + 8 + 10 + pixels + 8 + exif.length + exif.length % 2;
    ByteBuffer webp = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    webp.put(name("RIFF")).putInt(length - 8).put(name("WEBP"));
    webp.put(name("VP8X")).putInt(10).putInt(EXIF_FLAG);
    putThreeBytes(webp, extent.width() - 1);
    putThreeBytes(webp, extent.height() - 1);
    webp.put(plain, RIFF_BYTES, pixels);
    webp.put(name("EXIF")).putInt(exif.length).put(exif);
    return webp.array();
  }

  private static byte[] name(String chunk) {
    return chunk.getBytes(StandardCharsets.US_ASCII);
  }

  private static void putThreeBytes(ByteBuffer webp, int value) {
    webp.putShort((short) value).put((byte) (value >> 16));
  }
}
