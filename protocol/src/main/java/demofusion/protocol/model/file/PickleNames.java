package demofusion.protocol.model.file;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * Names that say that Python's pickle wrote the file, which may run code when it is read: such
 * files are refused before anybody looks into them. What lies in a file whatever its name is {@link
 * FileKind#PICKLE}.
 */
public final class PickleNames {
  private static final List<String> ENDINGS = List.of(".ckpt", ".pt", ".pth", ".bin", ".pkl");

  private PickleNames() {}

  /** By the ending alone, in any case. */
  public static boolean has(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    return ENDINGS.stream().anyMatch(lower::endsWith);
  }

  /** By the ending alone, in any case, whether there is such a file or not. */
  public static boolean has(Path path) {
    return has(String.valueOf(path.getFileName()));
  }
}
