package demofusion.deploy.command.option.file;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.model.file.PickleNames;
import java.nio.file.Path;

/** Files that Python's pickle wrote, which may run code when they are read. */
public final class PickledFile {
  private PickledFile() {}

  /**
   * By its name alone, whether it is there or not.
   *
   * @throws DemofusionException BAD_REQUEST if its ending is that of such files
   */
  public static void refuse(String option, Path path) {
    if (PickleNames.has(path)) {
      throw DemofusionException.badRequest(
          "%s %s is pickled, and such files may run code: convert it to safetensors"
              .formatted(option, path));
    }
  }
}
