package demofusion.coordinator.http.compat;

import java.nio.file.Path;
import java.util.Base64;
import java.util.Optional;
import org.apache.pekko.japi.Pair;
import org.apache.pekko.stream.javadsl.FileIO;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.util.ByteString;

/** Pictures as text in JSON. */
public final class Base64Picture {
  private static final int CHUNK_BYTES = 3 << 14;
  private static final String DATA = "data:";

  private Base64Picture() {}

  /**
   * The bytes of a picture that is base64, or base64 behind {@code data:image/png;base64,}.
   *
   * @throws IllegalArgumentException if it is not
   */
  public static byte[] decode(String text) {
    String plain = text.strip();
    int start = plain.startsWith(DATA) ? plain.indexOf(',') + 1 : 0;
    return Base64.getMimeDecoder().decode(plain.substring(start));
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
