package demofusion.coordinator.image.container;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.zip.InflaterInputStream;
import javax.imageio.stream.ImageInputStream;

/** The chunks of a PNG: its texts, and Exif's block as it is or written out in a text. */
final class PngChunks {
  private static final int MOST_BYTES = 1 << 24; // of one chunk that is read
  private static final int SIGNATURE_BYTES = 8;
  private static final int CHECKSUM_BYTES = 4;

  private final ImageInputStream in;
  private final PictureHead.Notes notes;

  PngChunks(ImageInputStream in, PictureHead.Notes notes) {
    this.in = in;
    this.notes = notes;
  }

  void read() throws IOException {
    PictureHead.skip(in, SIGNATURE_BYTES);
    String type = "";
    while (!type.equals("IEND")) {
      long length = in.readUnsignedInt();
      type = new String(PictureHead.take(in, 4), StandardCharsets.US_ASCII);
      if (type.equals("acTL")) {
        notes.animated();
      }
      boolean isRead =
          switch (type) {
            case "tEXt", "zTXt", "iTXt", "eXIf" -> length <= MOST_BYTES;
            default -> false;
          };
      if (isRead) {
        take(type, PictureHead.take(in, length));
      } else {
        PictureHead.skip(in, length);
      }
      PictureHead.skip(in, CHECKSUM_BYTES);
    }
  }

  private void take(String type, byte[] chunk) throws IOException {
    if (type.equals("eXIf")) {
      notes.exif(chunk);
      return;
    }
    Fields fields = new Fields(chunk);
    String keyword = fields.nextUpToZero();
    String text =
        switch (type) {
          case "tEXt" -> latin1(fields.rest(false));
          case "zTXt" -> {
            fields.nextByte(); // the method: there is only one
            yield latin1(fields.rest(true));
          }
          default -> {
            boolean compressed = fields.nextByte() != 0;
            fields.nextByte(); // the method
            fields.nextUpToZero(); // the language
            fields.nextUpToZero(); // the keyword, translated
            yield UserComment.words(fields.rest(compressed));
          }
        };
    notes.text(keyword, text);
    if (keyword.equals("Raw profile type exif") || keyword.equals("Raw profile type APP1")) {
      takeProfile(text);
    }
  }

  /**
   * ImageMagick's way before there was a chunk for it: a name, a length, and hexadecimal digits.
   */
  private void takeProfile(String text) {
    String[] parts = text.strip().split("\\s+", 3);
    String digits = parts[parts.length - 1].replaceAll("\\s", "");
    if (parts.length == 3 && digits.length() % 2 == 0 && digits.matches("[0-9a-fA-F]*")) {
      notes.exif(HexFormat.of().parseHex(digits));
    }
  }

  private static String latin1(byte[] text) {
    return new String(text, StandardCharsets.ISO_8859_1);
  }

  /** A text chunk, read field by field. */
  private final class Fields {
    private final byte[] chunk;
    private int position;

    Fields(byte[] chunk) {
      this.chunk = chunk;
    }

    int nextByte() throws IOException {
      if (position >= chunk.length) {
        throw new IOException("a text chunk ends too early");
      }
      return chunk[position++];
    }

    String nextUpToZero() throws IOException {
      int from = position;
      while (nextByte() != 0) {}
      return new String(chunk, from, position - 1 - from, StandardCharsets.ISO_8859_1);
    }

    byte[] rest(boolean compressed) throws IOException {
      ByteArrayInputStream bytes =
          new ByteArrayInputStream(chunk, position, chunk.length - position);
      return compressed ? inflated(bytes) : bytes.readAllBytes();
    }

    private byte[] inflated(ByteArrayInputStream bytes) throws IOException {
      try {
        return new InflaterInputStream(bytes).readNBytes(notes.left());
      } catch (EOFException e) {
        throw new IOException("a compressed text ends too early", e);
      }
    }
  }
}
