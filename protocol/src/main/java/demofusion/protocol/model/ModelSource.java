package demofusion.protocol.model;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What a model is read from, all of it: whatever else than the base changes its weights belongs
 * here, and so goes from the command line to the picture with it.
 *
 * @param base the model's folder, or its single file
 * @param variant of the weight files that is asked for, such as fp16, where a part has several
 * @param vae the folder or file of another VAE than the base's own
 * @param config a folder with the configurations of a single file
 */
public record ModelSource(
    String base, @Nullable String variant, @Nullable String vae, @Nullable String config) {
  public ModelSource(String base, @Nullable String variant, @Nullable String vae) {
    this(base, variant, vae, null);
  }

  /** A folder or a file as it is. */
  public static ModelSource of(Path folder) {
    return new ModelSource(folder.toString(), null, null);
  }

  /** The same by names, which mean something on other machines too. */
  ModelSource named(String name) {
    return new ModelSource(name, variant, nameOf(vae), nameOf(config));
  }

  private static @Nullable String nameOf(@Nullable String path) {
    return path == null ? null : HubCache.nameOf(Path.of(path));
  }
}
