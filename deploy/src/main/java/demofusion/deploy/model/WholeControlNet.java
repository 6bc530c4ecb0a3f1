package demofusion.deploy.model;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.model.HubCache;
import demofusion.protocol.model.control.ControlFile;
import java.nio.file.Path;

/**
 * The one file of a ControlNet that work names by its hash. Where the weights lie in shards, or
 * only config.json says that they want BGR and the file is to go without its folder, such a file is
 * written once into the user's cache.
 */
public final class WholeControlNet {
  private WholeControlNet() {}

  /**
   * @param travels whether it is to be used elsewhere, without its folder
   * @throws DemofusionException BAD_MODEL if it is no ControlNet that can be used, STORAGE if the
   *     cache cannot be written
   */
  public static Path of(Path path, boolean travels) {
    return of(path, travels, WholeFiles.caches());
  }

  /**
   * @param caches where that file is written
   */
  public static Path of(Path path, boolean travels, Path caches) {
    ControlFile file = ControlFile.open(path);
    if (file.files().size() == 1 && (!travels || file.isWhole())) {
      return file.files().get(0);
    }
    return WholeFiles.of(
        caches,
        "controlnets",
        HubCache.nameOf(path),
        file.files(),
        String.valueOf(file.blueFirst()),
        file::joinTo);
  }
}
