package demofusion.deploy.command.option.file;

import demofusion.protocol.DemofusionException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** Files that Python's pickle wrote, which may run code when they are read. */
public final class PickledFile {
  private static final List<String> ENDINGS = List.of(".pth", ".pt", ".ckpt", ".bin");

  private PickledFile() {}

  /**
   * By its name alone, whether it is there or not.
   *
   * @throws DemofusionException BAD_REQUEST if its ending is that of such files
   */
  public static void refuse(String option, Path path) {
    String name = path.toString().toLowerCase(Locale.ROOT);
    if (ENDINGS.stream().anyMatch(name::endsWith)) {
      throw DemofusionException.badRequest(
          "%s %s is pickled, and such files may run code: convert it to safetensors"
              .formatted(option, path));
    }
  }
}
