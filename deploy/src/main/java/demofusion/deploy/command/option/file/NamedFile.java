package demofusion.deploy.command.option.file;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Objects;

/** What is given where a name or a .safetensors file may be given. */
public final class NamedFile {
  private static final String ENDING = ".safetensors";

  private NamedFile() {}

  /** Whether it is a path, or a file by its ending; else it is a name. */
  public static boolean isFile(String text) {
    return text.contains("/")
        || text.contains("\\")
        || text.toLowerCase(Locale.ROOT).endsWith(ENDING);
  }

  public static Path path(String text) {
    return Path.of(text).toAbsolutePath().normalize();
  }

  /** The file's name without its ending, by which it is looked up. */
  public static String name(Path file) {
    String name = Objects.toString(file.getFileName(), "");
    return name.toLowerCase(Locale.ROOT).endsWith(ENDING)
        ? name.substring(0, name.length() - ENDING.length())
        : name;
  }
}
