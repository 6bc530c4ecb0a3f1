package demofusion.protocol.model.file;

import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** The first bytes of files that are no safetensors but are given for one. */
final class FirstBytes {
  /** So many bytes are looked at. */
  static final int TELLING = 64;

  private static final int JSON_AT = 8;
  private static final int PICKLE_PROTOCOL = 0x80;

  private FirstBytes() {}

  static Optional<FileKind> foreign(byte[] head) {
    if (beginsAsSafetensors(head)) {
      return Optional.empty();
    }
    String text = new String(head, StandardCharsets.ISO_8859_1);
    if (text.startsWith("PK\u0003\u0004")
        || (head.length > 0 && (head[0] & 0xff) == PICKLE_PROTOCOL)) {
      return Optional.of(FileKind.PICKLE);
    }
    if (text.startsWith("GGUF")) {
      return Optional.of(FileKind.GGUF);
    }
    if (text.startsWith("version https://git-lfs")) {
      return Optional.of(FileKind.LFS_POINTER);
    }
    String words = text.startsWith("\u00ef\u00bb\u00bf") ? text.substring(3) : text;
    return words.stripLeading().startsWith("<") ? Optional.of(FileKind.WEB_PAGE) : Optional.empty();
  }

  /**
   * A header's length may begin with any byte, that of another format's sign included; but it is
   * below 2^40, and JSON follows.
   */
  private static boolean beginsAsSafetensors(byte[] head) {
    return head.length > JSON_AT
        && head[JSON_AT] == '{'
        && head[5] == 0
        && head[6] == 0
        && head[7] == 0;
  }
}
