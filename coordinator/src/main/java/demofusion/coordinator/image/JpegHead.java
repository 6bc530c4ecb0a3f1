package demofusion.coordinator.image;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * What the segments before a JPEG's pixels say that ImageIO does not tell, or refuses to where
 * cameras order them in their own way.
 *
 * @param orientation how the camera was held, 1 to 8 (Exif 2.3, tag 0x0112); 1 is upright
 * @param components colour channels: 4 is CMYK
 */
record JpegHead(int orientation, int components) {
  private static final int UPRIGHT = 1;
  private static final int SEGMENT = 0xff;
  private static final int START_OF_IMAGE = 0xffd8;
  private static final int START_OF_SCAN = 0xda;
  private static final int EXIF_SEGMENT = 0xe1;
  private static final byte[] EXIF = "Exif\0\0".getBytes(StandardCharsets.US_ASCII);
  private static final int ORIENTATION_TAG = 0x0112;

  /** What any other file says. */
  static final JpegHead NONE = new JpegHead(UPRIGHT, 3);

  /** Reads the head of a picture, which need not be a JPEG. */
  static JpegHead read(InputStream picture) throws IOException {
    try (DataInputStream in = new DataInputStream(new BufferedInputStream(picture))) {
      return in.readUnsignedShort() == START_OF_IMAGE ? readSegments(in) : NONE;
    }
  }

  private static JpegHead readSegments(DataInputStream in) throws IOException {
    int orientation = UPRIGHT;
    int components = NONE.components;
    while (in.readUnsignedByte() == SEGMENT) {
      int type = in.readUnsignedByte();
      while (type == SEGMENT) { // padding
        type = in.readUnsignedByte();
      }
      if (type == START_OF_SCAN) {
        break;
      }
      byte[] segment = in.readNBytes(Math.max(0, in.readUnsignedShort() - 2));
      if (type == EXIF_SEGMENT && orientation == UPRIGHT) {
        orientation = orientation(segment);
      } else if (isFrame(type) && segment.length > 5) {
        components = segment[5];
      }
    }
    return new JpegHead(orientation, components);
  }

  /** SOF0 to SOF15, among which three other segments have numbers: tables, an extension. */
  private static boolean isFrame(int type) {
    return type >= 0xc0 && type <= 0xcf && type != 0xc4 && type != 0xc8 && type != 0xcc;
  }

  /** Looks for the tag in the first directory of the TIFF structure in an Exif segment. */
  private static int orientation(byte[] segment) {
    if (segment.length < EXIF.length + 8
        || !Arrays.equals(segment, 0, EXIF.length, EXIF, 0, EXIF.length)) {
      return UPRIGHT;
    }
    ByteBuffer tiff = ByteBuffer.wrap(segment, EXIF.length, segment.length - EXIF.length).slice();
    tiff.order(tiff.get(0) == 'I' ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
    int directory = tiff.getInt(4);
    if (directory < 8 || directory > tiff.limit() - 2) {
      return UPRIGHT;
    }
    int entries = Math.min(tiff.getShort(directory) & 0xffff, (tiff.limit() - directory - 2) / 12);
    for (int n = 0; n < entries; n++) {
      int entry = directory + 2 + 12 * n;
      int value = tiff.getShort(entry + 8);
      if ((tiff.getShort(entry) & 0xffff) == ORIENTATION_TAG && value >= 1 && value <= 8) {
        return value;
      }
    }
    return UPRIGHT;
  }
}
