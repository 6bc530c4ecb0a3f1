package demofusion.coordinator.image;

import java.util.Locale;
import java.util.Optional;

/** The formats that pictures are written in. */
public enum WrittenFormat {
  PNG("PNG", "image/png", Integer.MAX_VALUE, "png", "png"),
  JPEG("JPEG", "image/jpeg", 65_535, "jpg", "jpeg"),
  WEBP("WebP", "image/webp", 16_383, "webp", "webp");

  private final String label;
  private final String mediaType;
  private final int mostSide;
  private final String name;
  private final String longName;

  WrittenFormat(String label, String mediaType, int mostSide, String name, String longName) {
    this.label = label;
    this.mediaType = mediaType;
    this.mostSide = mostSide;
    this.name = name;
    this.longName = longName;
  }

  /** For sentences. */
  public String label() {
    return label;
  }

  public String mediaType() {
    return mediaType;
  }

  /** Of files that we name, with its dot. */
  public String suffix() {
    return "." + name;
  }

  /** Pixels that a side can have. */
  int mostSide() {
    return mostSide;
  }

  /**
   * @param name as clients and file names say it, without a dot, in any case: png, jpg, jpeg, webp
   */
  public static Optional<WrittenFormat> named(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    for (WrittenFormat format : values()) {
      if (format.name.equals(lower) || format.longName.equals(lower)) {
        return Optional.of(format);
      }
    }
    return Optional.empty();
  }

  /** The format of a file by what its name ends in. */
  public static Optional<WrittenFormat> ofFile(String name) {
    int dot = name.lastIndexOf('.');
    return dot < 0 ? Optional.empty() : named(name.substring(dot + 1));
  }
}
