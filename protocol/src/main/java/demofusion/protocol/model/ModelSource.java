package demofusion.protocol.model;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What a model is read from, all of it: whatever else than the base changes its weights belongs
 * here, and so goes from the command line to the picture with it.
 *
 * @param base the model's folder
 * @param variant of the weight files that is asked for, such as fp16, where a part has several
 * @param vae the folder of another VAE than the base's own
 */
public record ModelSource(String base, @Nullable String variant, @Nullable String vae) {
  /** A folder as it is. */
  public static ModelSource of(Path folder) {
    return new ModelSource(folder.toString(), null, null);
  }

  /** The same by names, which mean something on other machines too. */
  ModelSource named(String name) {
    return new ModelSource(name, variant, vae == null ? null : HubCache.nameOf(Path.of(vae)));
  }
}
