package demofusion.protocol.file;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The formats that pictures come in, told by their first bytes: those that are read, and those that
 * are only known by name, so that whoever sends one is told what to do.
 */
public enum PictureFormat {
  PNG("a PNG", true),
  JPEG("a JPEG", true),
  WEBP("a WebP", true),
  TIFF("a TIFF", true),
  GIF("a GIF", true),
  BMP("a BMP", true),
  AVIF("an AVIF picture", false),
  HEIC("a HEIC picture", false),
  JPEG_XL("a JPEG XL picture", false),
  JPEG_2000("a JPEG 2000 picture", false),
  BIG_TIFF("a BigTIFF", false),
  PSD("a Photoshop document", false),
  SVG("an SVG drawing", false),
  PDF("a PDF document", false),
  EXR("an OpenEXR picture", false),
  ICO("an icon", false),
  QOI("a QOI picture", false),
  VIDEO("a video", false);

  /** What the formats are that are read. */
  public static final String READ = "PNG, JPEG, WebP, TIFF, GIF or BMP";

  /** How many bytes of a file {@link #of} looks at. */
  public static final int HEAD_BYTES = 1024;

  private static final Pattern DRAWING =
      Pattern.compile("\\s*(<\\?xml|<!--|<!DOCTYPE svg).*<svg\\b.*|\\s*<svg\\b.*", Pattern.DOTALL);
  private static final Set<String> HEIC_BRANDS =
      Set.of("heic", "heix", "heim", "heis", "hevc", "hevx", "hevm", "hevs", "mif1", "msf1");

  private final String name;
  private final boolean isRead;

  PictureFormat(String name, boolean isRead) {
    this.name = name;
    this.isRead = isRead;
  }

  /** With its article, for sentences. */
  public String inWords() {
    return name;
  }

  public boolean isRead() {
    return isRead;
  }

  /**
   * Why a file is no picture that is read, or nothing if it is one.
   *
   * @param head its first bytes, or all
   * @return the rest of a sentence that begins with its name
   */
  public static Optional<String> refusal(byte[] head) {
    Optional<PictureFormat> format = of(head);
    if (format.isEmpty()) {
      return Optional.of("is not a readable image; it must be a " + READ);
    }
    return format
        .filter(known -> !known.isRead)
        .map(known -> "is " + known.name + "; convert it to PNG, JPEG or WebP");
  }

  /**
   * @param head the first bytes of a file, or all
   */
  public static Optional<PictureFormat> of(byte[] head) {
    String text =
        new String(head, 0, Math.min(head.length, HEAD_BYTES), StandardCharsets.ISO_8859_1);
    if (text.startsWith("\u0089PNG\r\n\u001a\n")) {
      return Optional.of(PNG);
    }
    if (text.startsWith("\u00ff\u00d8\u00ff")) {
      return Optional.of(JPEG);
    }
    if (text.startsWith("RIFF") && text.startsWith("WEBP", 8)) {
      return Optional.of(WEBP);
    }
    if (text.startsWith("II*\0") || text.startsWith("MM\0*")) {
      return Optional.of(TIFF);
    }
    if (text.startsWith("GIF87a") || text.startsWith("GIF89a")) {
      return Optional.of(GIF);
    }
    // "BM" begins words too: a bitmap's two reserved numbers are 0.
    if (text.startsWith("BM") && text.startsWith("\0\0\0\0", 6)) {
      return Optional.of(BMP);
    }
    return text.startsWith("ftyp", 4) ? Optional.of(media(text)) : foreign(text);
  }

  private static Optional<PictureFormat> foreign(String text) {
    if (text.startsWith("\u00ff\n") || text.startsWith("\0\0\0\fJXL \r\n\u0087\n")) {
      return Optional.of(JPEG_XL);
    }
    if (text.startsWith("\0\0\0\fjP  \r\n\u0087\n") || text.startsWith("\u00ffO\u00ffQ")) {
      return Optional.of(JPEG_2000);
    }
    if (text.startsWith("II+\0") || text.startsWith("MM\0+")) {
      return Optional.of(BIG_TIFF);
    }
    if (text.startsWith("8BPS")) {
      return Optional.of(PSD);
    }
    if (text.startsWith("%PDF-")) {
      return Optional.of(PDF);
    }
    if (text.startsWith("v/1\u0001")) {
      return Optional.of(EXR);
    }
    if (text.startsWith("\0\0\u0001\0")) {
      return Optional.of(ICO);
    }
    if (text.startsWith("qoif")) {
      return Optional.of(QOI);
    }
    if (text.startsWith("\u001aE\u00df\u00a3") || text.startsWith("RIFF") && text.startsWith("AVI ", 8)) {
      return Optional.of(VIDEO);
    }
    return DRAWING.matcher(withoutMark(text)).matches() ? Optional.of(SVG) : Optional.empty();
  }

  private static String withoutMark(String text) {
    return text.startsWith("\u00ef\u00bb\u00bf") ? text.substring(3) : text;
  }

  /** ISO base media files say by their brands what they hold: the major one, a version, others. */
  private static PictureFormat media(String text) {
    int end = Math.min(text.length(), text.charAt(2) * 256 + text.charAt(3));
    PictureFormat found = VIDEO;
    for (int n = 8; n + 4 <= end; n += 4) {
      String brand = text.substring(n, n + 4);
      if (brand.equals("avif") || brand.equals("avis")) {
        return AVIF;
      }
      found = HEIC_BRANDS.contains(brand) ? HEIC : found;
    }
    return found;
  }
}
