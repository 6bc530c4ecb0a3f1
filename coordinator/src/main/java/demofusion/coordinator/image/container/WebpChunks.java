package demofusion.coordinator.image.container;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import javax.imageio.stream.ImageInputStream;

/** The chunks of a WebP (RFC 9649, section 2): one of pixels, and what stands around it. */
final class WebpChunks {
  private static final int ANIMATED = 0x02;
  private static final int KEY_FRAME_HEAD = 10;

  private final ImageInputStream in;
  private final PictureHead.Notes notes;
  private String canvas = ""; // width and height that are promised

  WebpChunks(ImageInputStream in, PictureHead.Notes notes) {
    this.in = in;
    this.notes = notes;
  }

  void read() throws IOException {
    in.setByteOrder(ByteOrder.LITTLE_ENDIAN);
    PictureHead.skip(in, 4);
    long end = 8 + in.readUnsignedInt();
    if (end > in.length()) {
      throw new EOFException();
    }
    PictureHead.skip(in, 4);
    boolean hasPixels = false;
    while (in.getStreamPosition() + 8 <= end) {
      String type = new String(PictureHead.take(in, 4), StandardCharsets.US_ASCII);
      long length = in.readUnsignedInt();
      long next = in.getStreamPosition() + length;
      if (next > end) {
        throw new EOFException();
      }
      hasPixels |= take(type, length);
      in.seek(Math.min(next + length % 2, end));
    }
    if (!hasPixels) {
      throw new EOFException();
    }
  }

  /** Whether that chunk is the picture. */
  private boolean take(String type, long length) throws IOException {
    switch (type) {
      case "VP8X" -> takeCanvas(length);
      case "EXIF" -> notes.exif(PictureHead.take(in, length));
      case "VP8 " -> requireFrame(length);
      case "VP8L" -> requireLossless(length);
      default -> {}
    }
    return type.startsWith("VP8") && !type.equals("VP8X");
  }

  private void takeCanvas(long length) throws IOException {
    if (length < 10) {
      throw new IOException("its header is too short");
    }
    if ((in.readUnsignedByte() & ANIMATED) != 0) {
      throw new IOException("it " + PictureHead.ANIMATED);
    }
    PictureHead.skip(in, 3);
    canvas = size(1 + threeBytes(), 1 + threeBytes());
  }

  private int threeBytes() throws IOException {
    return in.readUnsignedShort() | in.readUnsignedByte() << 16;
  }

  private void requireFrame(long length) throws IOException {
    if (length < KEY_FRAME_HEAD) {
      throw new EOFException();
    }
    int tag = threeBytes();
    if (tag >> 5 > length - KEY_FRAME_HEAD) { // bytes of the first partition
      throw new EOFException();
    }
    PictureHead.skip(in, 3);
    requireCanvas(in.readUnsignedShort() & 0x3fff, in.readUnsignedShort() & 0x3fff);
  }

  private void requireLossless(long length) throws IOException {
    if (length < 5) {
      throw new EOFException();
    }
    PictureHead.skip(in, 1);
    int bits = in.readInt();
    requireCanvas(1 + (bits & 0x3fff), 1 + (bits >> 14 & 0x3fff));
  }

  private void requireCanvas(int width, int height) throws IOException {
    String size = size(width, height);
    if (!canvas.isEmpty() && !canvas.equals(size)) {
      throw new IOException("it says that it has " + canvas + " pixels and has " + size);
    }
  }

  private static String size(int width, int height) {
    return width + "x" + height;
  }
}
