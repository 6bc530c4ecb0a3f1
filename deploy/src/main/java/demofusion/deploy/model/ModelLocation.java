package demofusion.deploy.model;

import demofusion.deploy.launch.Installation;
import demofusion.protocol.DemofusionException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Which model folder is meant. */
public final class ModelLocation {
  private ModelLocation() {}

  /**
   * @param given by the user; null: the miniature that ships
   */
  public static Path resolve(@Nullable Path given) {
    if (given != null && !given.toString().isEmpty()) {
      return given;
    }
    return Installation.miniature()
        .orElseThrow(
            () ->
                DemofusionException.badRequest(
                    "this installation has no models/miniature: name a diffusers SDXL folder with"
                        + " --model or DEMOFUSION_MODEL"));
  }
}
