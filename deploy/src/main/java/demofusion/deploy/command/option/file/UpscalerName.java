package demofusion.deploy.command.option.file;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/**
 * What the command line gives for an upscaler.
 *
 * @param name by which it is looked up
 * @param file that was given in place of a name
 */
public record UpscalerName(String name, Optional<Path> file) {
  private static final String PICKLE = ".pth"; // which is told apart to be refused with the way out

  public static UpscalerName of(String text) {
    if (!NamedFile.isFile(text) && !text.toLowerCase(Locale.ROOT).endsWith(PICKLE)) {
      return new UpscalerName(text, Optional.empty());
    }
    Path file = NamedFile.path(text);
    return new UpscalerName(NamedFile.name(file), Optional.of(file));
  }
}
