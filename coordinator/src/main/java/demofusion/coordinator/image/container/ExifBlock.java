package demofusion.coordinator.image.container;

import com.twelvemonkeys.imageio.stream.ByteArrayImageInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import javax.imageio.stream.ImageInputStream;

/**
 * The Exif block of a picture: how the camera was held, and the comment in which other programs
 * keep their settings. A block that is broken says as much as can be read of it.
 */
final class ExifBlock {
  private static final byte[] NAME = "Exif\0\0".getBytes(StandardCharsets.US_ASCII);
  private static final int ORIENTATION = 0x0112;
  private static final int EXIF_DIRECTORY = 0x8769;
  private static final int USER_COMMENT = 0x9286;
  private static final int UNDEFINED = 7;

  /** Tags of the first directory that programs write words to. */
  private enum Words {
    DESCRIPTION(0x010e, "ImageDescription"),
    MAKE(0x010f, "Make"),
    MODEL(0x0110, "Model"),
    SOFTWARE(0x0131, "Software"),
    ARTIST(0x013b, "Artist"),
    COPYRIGHT(0x8298, "Copyright");

    private final int tag;
    private final String keyword;

    Words(int tag, String keyword) {
      this.tag = tag;
      this.keyword = keyword;
    }
  }

  private ExifBlock() {}

  /** Reads a block, with its name in front or without. */
  static void read(byte[] block, PictureHead.Notes notes) {
    boolean isNamed = block.length >= NAME.length && Arrays.equals(NAME, 0, 6, block, 0, 6);
    int from = isNamed ? NAME.length : 0;
    try {
      read(new ByteArrayImageInputStream(block, from, block.length - from), notes);
    } catch (IOException | RuntimeException e) {
      // Broken; the picture is none the worse for it.
    }
  }

  private static void read(ImageInputStream tiff, PictureHead.Notes notes) throws IOException {
    TiffDirectory directory = TiffDirectory.first(tiff);
    notes.orientation((int) Math.min(9, directory.number(ORIENTATION, 1)));
    readTexts(directory, tiff, notes);
  }

  /** The texts of a TIFF's first directory and of the Exif directory below it. */
  static void readTexts(TiffDirectory directory, ImageInputStream tiff, PictureHead.Notes notes)
      throws IOException {
    readComment(
        directory, tiff, notes); // where Pillow puts it that is given a tag alone, and Fooocus
    Optional<TiffDirectory> exif = directory.below(EXIF_DIRECTORY);
    if (exif.isPresent()) {
      readComment(exif.get(), tiff, notes);
    }
    for (Words words : Words.values()) {
      byte[] bytes = directory.bytes(words.tag);
      String text = bytes == null ? "" : UserComment.words(bytes);
      if (text.startsWith("prompt:") || text.startsWith("workflow:")) { // ComfyUI's graphs
        int colon = text.indexOf(':');
        notes.text(text.substring(0, colon), text.substring(colon + 1));
      } else if (!text.isBlank()) {
        notes.text(words.keyword, text);
      }
    }
  }

  private static void readComment(
      TiffDirectory directory, ImageInputStream tiff, PictureHead.Notes notes) throws IOException {
    byte[] comment = directory.bytes(USER_COMMENT);
    String text = comment == null ? "" : UserComment.decode(comment, tiff.getByteOrder());
    if (!text.isBlank()) {
      notes.text(PictureHead.SETTINGS, text);
    }
  }

  /** A block of nothing but a comment, without the name that JPEG puts in front. */
  static byte[] write(String comment) {
    byte[] value = UserComment.encode(comment);
    int entry = 2 + 12 + 4; // a directory of one tag: how many, it, where the next directory is
    ByteBuffer block = ByteBuffer.allocate(8 + 2 * entry + value.length);
    block.put("MM\0*".getBytes(StandardCharsets.US_ASCII)).putInt(8);
    block.putShort((short) 1).putShort((short) EXIF_DIRECTORY).putShort((short) 4);
    block.putInt(1).putInt(8 + entry).putInt(0);
    block.putShort((short) 1).putShort((short) USER_COMMENT).putShort((short) UNDEFINED);
    block.putInt(value.length).putInt(8 + 2 * entry).putInt(0);
    return block.put(value).array();
  }
}
