package demofusion.deploy.command.option.file;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;

/**
 * What the command line gives for an upscaler.
 *
 * @param name by which it is looked up
 * @param file that was given in place of a name
 */
public record UpscalerName(String name, Optional<Path> file) {
  private static final String ENDING = ".safetensors";

  public static UpscalerName of(String text) {
    if (!isFile(text)) {
      return new UpscalerName(text, Optional.empty());
    }
    Path file = Path.of(text).toAbsolutePath().normalize();
    String name = Objects.toString(file.getFileName(), "");
    boolean isSafetensors = name.toLowerCase(Locale.ROOT).endsWith(ENDING);
    return new UpscalerName(
        isSafetensors ? name.substring(0, name.length() - ENDING.length()) : name,
        Optional.of(file));
  }

  private static boolean isFile(String text) {
    String lower = text.toLowerCase(Locale.ROOT);
    return text.contains("/")
        || text.contains("\\")
        || lower.endsWith(ENDING)
        || lower.endsWith(".pth");
  }
}
