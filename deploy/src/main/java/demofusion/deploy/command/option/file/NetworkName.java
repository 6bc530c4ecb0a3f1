package demofusion.deploy.command.option.file;

import demofusion.coordinator.library.FileNaming;
import demofusion.coordinator.library.LibraryKind;
import demofusion.protocol.model.file.PickleNames;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What the command line gives for a ControlNet, an IP-Adapter or an image encoder: a name, or a
 * file or folder of this machine.
 *
 * @param name by which it is looked up
 * @param file that was given in place of a name
 */
public record NetworkName(String name, Optional<Path> file) {
  public static NetworkName of(LibraryKind kind, String text) {
    if (!isPath(text)) {
      return new NetworkName(text, Optional.empty());
    }
    Path file = NamedFile.path(text);
    return new NetworkName(FileNaming.name(kind, file), Optional.of(file));
  }

  private static boolean isPath(String text) {
    return NamedFile.isFile(text)
        || PickleNames.has(text) // which is told apart to be refused with the way out
        || Files.isDirectory(NamedFile.path(text));
  }
}
