package demofusion.worker.model.text;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.IntStream;

/**
 * GPT-2's way to write any byte as one visible character, so that vocabularies can be text files:
 * the printable characters of Latin-1 stand for themselves, the 68 others for U+0100 and onwards.
 */
final class ByteAlphabet {
  private static final char[] CHARACTERS = new char[256]; // by byte
  private static final int[] BYTES = new int[256 + 68]; // by character

  static {
    int next = 256;
    for (int value = 0; value < 256; value++) {
      CHARACTERS[value] = isVisible(value) ? (char) value : (char) next++;
      BYTES[CHARACTERS[value]] = value;
    }
  }

  private ByteAlphabet() {}

  /** The UTF-8 bytes of a text, one character each. */
  static String spell(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    char[] spelled = new char[bytes.length];
    for (int n = 0; n < bytes.length; n++) {
      spelled[n] = CHARACTERS[bytes[n] & 0xff];
    }
    return new String(spelled);
  }

  /** The text whose bytes are spelled here; what is no UTF-8 becomes U+FFFD. */
  static String read(String spelled) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(spelled.length());
    for (int n = 0; n < spelled.length(); n++) {
      char character = spelled.charAt(n);
      bytes.write(character < BYTES.length ? BYTES[character] : '?');
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }

  /** All characters as GPT-2 lists them: the visible bytes, then the others. */
  static List<String> inOrder() {
    return IntStream.concat(
            IntStream.range(0, 256).filter(ByteAlphabet::isVisible),
            IntStream.range(0, 256).filter(value -> !isVisible(value)))
        .mapToObj(value -> String.valueOf(CHARACTERS[value]))
        .toList();
  }

  private static boolean isVisible(int value) {
    return (value >= '!' && value <= '~')
        || (value >= 0xa1 && value <= 0xac)
        || (value >= 0xae && value <= 0xff);
  }
}
