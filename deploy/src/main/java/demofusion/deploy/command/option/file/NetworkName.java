package demofusion.deploy.command.option.file;

import demofusion.coordinator.library.FileNaming;
import demofusion.coordinator.library.LibraryKind;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What the command line gives for a ControlNet, an IP-Adapter or an image encoder: a name, or a
 * file or folder of this machine.
 *
 * @param name by which it is looked up
 * @param file that was given in place of a name
 */
public record NetworkName(String name, Optional<Path> file) {
  /** Which are told apart to be refused with the way out. */
  private static final List<String> PICKLES = List.of(".pth", ".pt", ".bin", ".ckpt");

  public static NetworkName of(LibraryKind kind, String text) {
    if (!isPath(text)) {
      return new NetworkName(text, Optional.empty());
    }
    Path file = NamedFile.path(text);
    return new NetworkName(FileNaming.name(kind, file), Optional.of(file));
  }

  private static boolean isPath(String text) {
    String lower = text.toLowerCase(Locale.ROOT);
    return NamedFile.isFile(text)
        || PICKLES.stream().anyMatch(lower::endsWith)
        || Files.isDirectory(NamedFile.path(text));
  }
}
