package demofusion.deploy.model;

import demofusion.deploy.launch.Installation;
import demofusion.protocol.DemofusionException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Which model is meant. */
public final class ModelLocation {
  private ModelLocation() {}

  /**
   * @param given by the user; null: what DEMOFUSION_MODEL names, else the miniature that ships
   */
  public static Path resolve(@Nullable Path given) {
    return resolve(given, System.getenv("DEMOFUSION_MODEL"));
  }

  /** The folder, or what ships under this name where there is no such folder. */
  public static Path orShipped(Path folder) {
    if (Files.exists(folder) || folder.getNameCount() != 1 || folder.isAbsolute()) {
      return folder;
    }
    return Installation.home()
        .map(home -> home.resolve("models").resolve(folder))
        .filter(Files::isDirectory)
        .orElse(folder);
  }

  private static Path resolve(@Nullable Path given, @Nullable String byDefault) {
    if (given != null) {
      return given;
    }
    if (byDefault != null && !byDefault.isBlank()) {
      return Path.of(byDefault);
    }
    return Installation.miniature()
        .orElseThrow(
            () ->
                DemofusionException.badRequest(
                    "this installation has no models/miniature: give a model with"
                        + " --model or DEMOFUSION_MODEL"));
  }
}
