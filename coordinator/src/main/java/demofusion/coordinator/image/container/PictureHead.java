package demofusion.coordinator.image.container;

import demofusion.protocol.file.PictureFormat;
import java.io.EOFException;
import java.io.IOException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import javax.imageio.stream.ImageInputStream;

/**
 * What a picture's file says beside its pixels.
 *
 * @param orientation how it is to be turned, 1 to 8 (Exif 2.3, tag 0x0112); 1 is upright
 * @param isCmyk whether its colours are a printer's
 * @param isAnimated whether it has further pictures behind the first
 * @param texts by keyword, in the file's order; of two with the same keyword the first counts
 */
public record PictureHead(
    int orientation, boolean isCmyk, boolean isAnimated, Map<String, String> texts) {
  /** The keyword of the settings, wherever a format keeps them. */
  public static final String SETTINGS = "parameters";

  /** Why a picture that moves is not read. */
  public static final String ANIMATED = "is animated; save one picture of it as PNG, JPEG or WebP";

  static final String COMMENT = "comment";
  static final int UPRIGHT = 1;
  private static final int MOST_CHARACTERS = 1 << 24; // of all texts together

  public PictureHead {
    texts = Collections.unmodifiableMap(new LinkedHashMap<>(texts));
  }

  /**
   * Reads a file from its beginning to its end, without its pixels.
   *
   * @param in knows its length
   * @throws EOFException if the picture is cut off
   * @throws IOException with the reason if it cannot be a picture of that format
   */
  public static PictureHead read(PictureFormat format, ImageInputStream in) throws IOException {
    Notes notes = new Notes();
    in.seek(0);
    switch (format) {
      case PNG -> new PngChunks(in, notes).read();
      case JPEG -> new JpegSegments(in, notes).read();
      case WEBP -> new WebpChunks(in, notes).read();
      case TIFF -> new TiffPicture(in, notes).read();
      case GIF -> new GifBlocks(in, notes).read();
      case BMP -> new BmpPicture(in).read();
      default -> throw new IOException("it is " + format.inWords());
    }
    String comment = notes.texts.get(COMMENT); // where older programs keep settings
    if (comment != null) {
      notes.text(SETTINGS, comment);
    }
    return new PictureHead(notes.orientation, notes.isCmyk, notes.isAnimated, notes.texts);
  }

  /** Leaps over bytes that have to be there. */
  static void skip(ImageInputStream in, long bytes) throws IOException {
    if (bytes > in.length() - in.getStreamPosition()) {
      throw new EOFException();
    }
    in.seek(in.getStreamPosition() + bytes);
  }

  /** Reads bytes that have to be there; nothing is allocated if they are not. */
  static byte[] take(ImageInputStream in, long bytes) throws IOException {
    if (bytes > in.length() - in.getStreamPosition()) {
      throw new EOFException();
    }
    byte[] taken = new byte[Math.toIntExact(bytes)];
    in.readFully(taken);
    return taken;
  }

  /** What is found on the way. */
  static final class Notes {
    private final Map<String, String> texts = new LinkedHashMap<>();
    private int orientation = UPRIGHT;
    private boolean isCmyk;
    private boolean isAnimated;
    private int left = MOST_CHARACTERS;

    /** How many characters more there is room for. */
    int left() {
      return left;
    }

    /** What was read counts, kept or not; of two with one keyword the first is kept. */
    void text(String keyword, String text) {
      String kept = text.substring(0, Math.min(text.length(), left));
      left -= kept.length();
      texts.putIfAbsent(keyword, kept);
    }

    void orientation(int value) {
      if (orientation == UPRIGHT && value > UPRIGHT && value <= 8) {
        orientation = value;
      }
    }

    void animated() {
      isAnimated = true;
    }

    void cmyk() {
      isCmyk = true;
    }

    void exif(byte[] block) {
      ExifBlock.read(block, this);
    }
  }
}
