package demofusion.deploy.model;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.model.HubCache;
import demofusion.protocol.model.adapter.ImageEncoder;
import java.nio.file.Path;
import java.util.List;

/**
 * The one file of an image encoder that may go to a farm without its folder: what only config.json
 * says is in the header of a copy, which is written once into the user's cache.
 */
public final class WholeImageEncoder {
  private WholeImageEncoder() {}

  /**
   * @param weights its file, as it lies in its folder
   * @param name of a copy
   * @return that file where it says everything itself
   * @throws DemofusionException BAD_MODEL if it is none that can be used, or nothing says its
   *     shape; STORAGE if the cache cannot be written
   */
  public static Path of(Path weights, String name) {
    return of(weights, name, WholeFiles.caches());
  }

  /**
   * @param caches where such a copy is written
   */
  public static Path of(Path weights, String name, Path caches) {
    ImageEncoder encoder = ImageEncoder.open(HubCache.filesOf(weights));
    return encoder.isWhole()
        ? weights
        : WholeFiles.of(
            caches,
            "image-encoders",
            name,
            List.of(weights),
            encoder.shape().toString(),
            encoder::writeTo);
  }
}
