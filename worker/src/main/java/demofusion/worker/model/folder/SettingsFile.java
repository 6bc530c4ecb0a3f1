package demofusion.worker.model.folder;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.FailureCode;
import demofusion.protocol.api.request.RecommendedSettings;
import demofusion.protocol.model.HubCache;
import demofusion.protocol.model.ModelSettings;
import demofusion.worker.model.file.ModelFile;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What a model recommends where a request is silent: {@code demofusion.json} in its folder, or
 * {@code NAME.demofusion.json} beside the file {@code NAME.safetensors} that it is in. It is no
 * part of what the model is, so a changed file is still the same model.
 */
public final class SettingsFile {
  private static final String NAME = "demofusion.json";

  private SettingsFile() {}

  /**
   * Reads it, if there is one.
   *
   * @param given the model's folder or its file
   * @throws DemofusionException BAD_MODEL with one sentence that names the file and the key
   */
  public static ModelSettings beside(Path given) {
    Path file = of(HubCache.filesOf(given));
    String name = String.valueOf(file.getFileName());
    if (!Files.exists(file)) {
      return ModelSettings.NONE;
    }
    try {
      return RecommendedSettings.of(RecommendedSettings.values(ModelFile.object(file, name)));
    } catch (DemofusionException e) {
      if (e.code() == FailureCode.BAD_MODEL) {
        throw e;
      }
      throw new DemofusionException(FailureCode.BAD_MODEL, name + ": " + e.userMessage(), e);
    }
  }

  /** Where it is, or would be. */
  public static Path of(Path model) {
    return Files.isDirectory(model) ? model.resolve(NAME) : model.resolveSibling(stem(model));
  }

  private static String stem(Path file) {
    String name = String.valueOf(file.getFileName());
    int dot = name.lastIndexOf('.');
    return (dot > 0 ? name.substring(0, dot) : name) + "." + NAME;
  }
}
