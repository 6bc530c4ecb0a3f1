package demofusion.coordinator.job;

import demofusion.coordinator.job.record.JobJson;
import demofusion.coordinator.store.DataFolder;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.api.request.RecommendedSettings;
import demofusion.protocol.file.SafeFile;
import demofusion.protocol.model.ModelSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What operators recommend for models, by the models' hashes, as {@code model-settings.json}. */
final class OperatorSettingsFile {
  private static final Logger LOG = LoggerFactory.getLogger(OperatorSettingsFile.class);

  private record All(@Nullable Map<String, @Nullable Map<String, @Nullable Object>> settings) {}

  private OperatorSettingsFile() {}

  static void write(DataFolder data, Map<String, ModelSettings> byHash) {
    Map<String, @Nullable Map<String, @Nullable Object>> values = new TreeMap<>();
    byHash.forEach((hash, settings) -> values.put(hash, new TreeMap<>(settings.values())));
    SafeFile.write(data.modelSettings(), JobJson.write(new All(values)));
  }

  /** What there is; of a model whose settings cannot be read, nothing. */
  static Map<String, ModelSettings> read(DataFolder data) {
    Path file = data.modelSettings();
    Map<String, ModelSettings> read = new HashMap<>();
    if (!Files.exists(file)) {
      return read;
    }
    try {
      All all = JobJson.read(Files.readAllBytes(file), All.class, file.toString());
      if (all.settings() != null) {
        all.settings().forEach((hash, values) -> put(hash, values, read));
      }
    } catch (IOException | DemofusionException e) {
      LOG.warn("event=model-settings-unreadable file={} kept={}", file, putAside(file), e);
    }
    return read;
  }

  /** What nobody can read is not written over: somebody may mend it. */
  private static Path putAside(Path file) {
    Path aside = file.resolveSibling(file.getFileName() + ".unreadable");
    try {
      return Files.move(file, aside, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      LOG.warn("event=model-settings-not-kept file={}", file, e);
      return file;
    }
  }

  private static void put(
      String hash,
      @Nullable Map<String, @Nullable Object> values,
      Map<String, ModelSettings> read) {
    try {
      read.put(hash, RecommendedSettings.of(values == null ? Map.of() : values));
    } catch (DemofusionException e) {
      LOG.warn("event=model-settings-forgotten hash={} reason=\"{}\"", hash, e.userMessage());
    }
  }
}
