package demofusion.coordinator.image.container;

import demofusion.protocol.file.PictureFormat;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import javax.imageio.stream.ImageInputStream;

/**
 * The segments of a JPEG, from its first marker to its end: what ImageIO does not tell, or refuses
 * to where cameras order them in their own way. What lies behind the end is no part of it.
 */
final class JpegSegments {
  private static final int MARKER = 0xff;
  private static final int END_OF_IMAGE = 0xd9;
  private static final int START_OF_SCAN = 0xda;
  private static final int EXIF = 0xe1;
  private static final int COMMENT = 0xfe;
  private static final byte[] EXIF_NAME = "Exif\0".getBytes(StandardCharsets.US_ASCII);
  private static final int BLOCK = 512;

  private final ImageInputStream in;
  private final PictureHead.Notes notes;
  private final ByteArrayOutputStream exif = new ByteArrayOutputStream();

  JpegSegments(ImageInputStream in, PictureHead.Notes notes) {
    this.in = in;
    this.notes = notes;
  }

  void read() throws IOException {
    PictureHead.skip(in, 2);
    boolean hasPixels = false;
    for (int type = next(); type != END_OF_IMAGE; type = next()) {
      hasPixels |= type == START_OF_SCAN;
      if (hasLength(type)) {
        int length = in.readUnsignedShort();
        if (length < 2) {
          throw new IOException("a segment of it has no length");
        }
        take(type, length - 2);
      }
    }
    if (!hasPixels) {
      throw new IOException("it has no pixels");
    }
    notes.exif(exif.toByteArray());
  }

  /** The next marker, behind whatever lies before it: coded pixels, padding, or what is no use. */
  private int next() throws IOException {
    while (true) {
      toMarker();
      int type = in.readUnsignedByte();
      while (type == MARKER) {
        type = in.readUnsignedByte();
      }
      if (type != 0) { // that is a byte of 255 among coded pixels
        return type;
      }
    }
  }

  private void toMarker() throws IOException {
    byte[] block = new byte[BLOCK];
    while (true) {
      long position = in.getStreamPosition();
      int length = in.read(block);
      if (length < 0) {
        throw new EOFException();
      }
      for (int n = 0; n < length; n++) {
        if ((block[n] & 0xff) == MARKER) {
          in.seek(position + n + 1);
          return;
        }
      }
    }
  }

  /** All have one but those that stand in coded pixels, or for themselves. */
  private static boolean hasLength(int type) {
    return !(type == 1 || (type >= 0xd0 && type <= 0xd8));
  }

  private void take(int type, int length) throws IOException {
    boolean isRead = type == EXIF || type == COMMENT || isFrame(type);
    if (!isRead) {
      PictureHead.skip(in, length);
      return;
    }
    byte[] segment = PictureHead.take(in, length);
    if (type == COMMENT) {
      notes.text(PictureHead.COMMENT, UserComment.words(segment));
    } else if (type == EXIF) {
      takeApplication(segment);
    } else if (length > 5 && segment[5] == 4) {
      notes.cmyk();
    }
  }

  /** A segment that begins with no header of its own goes on with the one before. */
  private void takeApplication(byte[] segment) {
    if (segment.length <= 6 || !Arrays.equals(segment, 0, 5, EXIF_NAME, 0, 5)) {
      return;
    }
    byte[] block = Arrays.copyOfRange(segment, 6, segment.length);
    if (PictureFormat.of(block).equals(Optional.of(PictureFormat.TIFF))) {
      notes.exif(exif.toByteArray());
      exif.reset();
    }
    exif.writeBytes(block);
  }

  /** SOF0 to SOF15, among which three other segments have numbers: tables, an extension. */
  private static boolean isFrame(int type) {
    return type >= 0xc0 && type <= 0xcf && type != 0xc4 && type != 0xc8 && type != 0xcc;
  }
}
