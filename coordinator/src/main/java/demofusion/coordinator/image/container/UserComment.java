package demofusion.coordinator.image.container;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Exif's comment: eight bytes that name a character code, and the text. Programs take the eight
 * bytes lightly, so what the text is can only be told from the text.
 */
final class UserComment {
  private static final int CODE_BYTES = 8;
  private static final byte[] UNICODE = code("UNICODE");
  private static final byte[] ASCII = code("ASCII");
  private static final byte[] JIS = code("JIS");
  private static final byte[] UNDEFINED = code("");

  private UserComment() {}

  private static byte[] code(String name) {
    return Arrays.copyOf(name.getBytes(StandardCharsets.US_ASCII), CODE_BYTES);
  }

  /** As A1111 does by piexif: UTF-16 with the first byte first, whatever the text. */
  static byte[] encode(String text) {
    byte[] utf16 = text.getBytes(StandardCharsets.UTF_16BE);
    return ByteBuffer.allocate(CODE_BYTES + utf16.length).put(UNICODE).put(utf16).array();
  }

  /**
   * @param order of the block, by which the text should go
   */
  static String decode(byte[] value, ByteOrder order) {
    byte[] head = Arrays.copyOf(value, CODE_BYTES);
    boolean isUnicode = Arrays.equals(head, UNICODE);
    boolean isCoded =
        isUnicode
            || Arrays.equals(head, ASCII)
            || Arrays.equals(head, JIS)
            || Arrays.equals(head, UNDEFINED);
    int from = isCoded ? Math.min(CODE_BYTES, value.length) : 0;
    byte[] text = Arrays.copyOfRange(value, from, value.length);
    return isUnicode ? unicode(text, order) : words(text);
  }

  private static String unicode(byte[] text, ByteOrder order) {
    if (text.length >= 2) {
      int mark = (text[0] & 0xff) << 8 | (text[1] & 0xff);
      if (mark == 0xfeff || mark == 0xfffe) {
        Charset marked = mark == 0xfeff ? StandardCharsets.UTF_16BE : StandardCharsets.UTF_16LE;
        return trimmed(new String(text, 2, text.length - 2, marked));
      }
    }
    int high = 0; // zeros where UTF-16 with the first byte first has them in English words
    int low = 0;
    for (int n = 0; n < text.length; n++) {
      if (text[n] == 0 && n % 2 == 0) {
        high++;
      } else if (text[n] == 0) {
        low++;
      }
    }
    if (high + low <= 1 && isUtf8(text)) {
      return words(text); // some write UTF-8 behind this code
    }
    boolean bigEndian = high == low ? order == ByteOrder.BIG_ENDIAN : high > low;
    Charset charset = bigEndian ? StandardCharsets.UTF_16BE : StandardCharsets.UTF_16LE;
    return trimmed(new String(text, 0, text.length & ~1, charset));
  }

  private static boolean isUtf8(byte[] text) {
    try {
      CharBuffer decoded = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(text));
      return decoded
          .chars()
          .allMatch(c -> c >= ' ' || c == '\n' || c == '\r' || c == '\t' || c == 0);
    } catch (CharacterCodingException e) {
      return false;
    }
  }

  /** UTF-8, as most write where Exif wants ASCII; or else Latin-1. */
  static String words(byte[] text) {
    Charset charset = isUtf8(text) ? StandardCharsets.UTF_8 : StandardCharsets.ISO_8859_1;
    return trimmed(new String(text, charset));
  }

  /** Without the zeros that fill it up. */
  private static String trimmed(String text) {
    int end = text.length();
    while (end > 0 && text.charAt(end - 1) == 0) {
      end--;
    }
    return text.substring(0, end);
  }
}
