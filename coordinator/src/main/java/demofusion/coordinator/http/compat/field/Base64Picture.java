package demofusion.coordinator.http.compat.field;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.pekko.japi.Pair;
import org.apache.pekko.stream.javadsl.FileIO;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.util.ByteString;

/** Pictures as text in JSON. */
public final class Base64Picture {
  private static final int CHUNK_BYTES = 3 << 14;
  private static final int LONGEST_HEAD = 200; // of a data address, before its comma
  private static final Pattern ADDRESS =
      Pattern.compile("(?:https?|ftp|file|blob):.*", Pattern.CASE_INSENSITIVE | Pattern.DOTALL);
  private static final String DATA = "data:";
  private static final String ENCODED = ";base64";

  private Base64Picture() {}

  /**
   * The bytes of a picture that is base64, in either alphabet, with or without line ends and
   * padding; or such behind {@code data:image/png;base64,}, whatever type that names.
   *
   * @throws IllegalArgumentException if it is not; the message says why
   */
  public static byte[] decode(String text) {
    String plain = text.strip();
    String head = plain.substring(0, Math.min(plain.length(), LONGEST_HEAD));
    if (ADDRESS.matcher(head).matches()) {
      throw new IllegalArgumentException(
          "it is an address, and this server does not fetch pictures; send the picture as base64");
    }
    return decodePlain(
        head.regionMatches(true, 0, DATA, 0, DATA.length()) ? ofData(plain, head) : plain);
  }

  private static String ofData(String plain, String head) {
    int comma = head.indexOf(',');
    if (comma < 0 || !head.substring(0, comma).strip().toLowerCase(Locale.ROOT).endsWith(ENCODED)) {
      throw new IllegalArgumentException("it is a data: address without ;base64, before the data");
    }
    String data = plain.substring(comma + 1);
    // A plus is a sign of base64, not a space.
    return data.indexOf('%') < 0
        ? data
        : URLDecoder.decode(data.replace("+", "%2B"), StandardCharsets.ISO_8859_1);
  }

  private static byte[] decodePlain(String text) {
    byte[] signs = text.getBytes(StandardCharsets.ISO_8859_1);
    int length = 0;
    for (byte sign : signs) {
      if (sign > ' ' || sign < 0) {
        signs[length++] = sign == '-' ? (byte) '+' : sign == '_' ? (byte) '/' : sign;
      }
    }
    while (length > 0 && signs[length - 1] == '=') {
      length--;
    }
    try {
      return Base64.getDecoder().decode(Arrays.copyOf(signs, length));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("it is not valid base64", e);
    }
  }

  /** A file's base64, piece by piece: it may be larger than memory. */
  public static Source<ByteString, ?> encode(Path file) {
    return FileIO.fromPath(file, CHUNK_BYTES)
        .concat(Source.single(ByteString.emptyByteString()))
        .statefulMap(ByteString::emptyByteString, Base64Picture::encode, rest -> Optional.empty());
  }

  /** Encodes what comes in whole threes; the empty end brings what is left over. */
  private static Pair<ByteString, ByteString> encode(ByteString rest, ByteString next) {
    ByteString all = rest.concat(next);
    int whole = next.isEmpty() ? all.size() : all.size() - all.size() % 3;
    byte[] text = Base64.getEncoder().encode(all.take(whole).toArrayUnsafe());
    return Pair.create(all.drop(whole), ByteString.fromArrayUnsafe(text));
  }
}
