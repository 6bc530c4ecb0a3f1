package demofusion.deploy.fetch;

import demofusion.coordinator.library.store.ConfigNames;
import demofusion.deploy.client.CoordinatorAddress;
import demofusion.deploy.client.WorkFiles;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.FailureCode;
import demofusion.protocol.Sha256;
import demofusion.protocol.api.StoredConfig;
import demofusion.protocol.api.StoredFile;
import demofusion.protocol.file.SafeFile;
import demofusion.worker.model.folder.SettingsFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A checkpoint of the coordinator's store, on this machine.
 *
 * @param config the folder of configurations that belongs to it; empty: it has none of its own
 */
public record StoredCheckpoint(Path file, Optional<Path> config) {
  private static final Logger LOG = LoggerFactory.getLogger(StoredCheckpoint.class);
  private static final Pattern NAME =
      Pattern.compile("([A-Za-z0-9_]{1,40}/)?[A-Za-z0-9_]{1,60}\\.(json|txt)");
  private static final Duration AGAIN = Duration.ofSeconds(3);
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  /** The one that a worker without a model is to load, as soon as there is one. */
  static StoredFile awaitWanted(StoreAccess access) {
    // One client for all of it: each has threads and connections of its own.
    return access.ask(PATIENCE, files -> awaitWanted(files, access.address()));
  }

  private static StoredFile awaitWanted(WorkFiles files, CoordinatorAddress address) {
    boolean isSaid = false;
    while (true) {
      Optional<StoredFile> wanted = files.wanted();
      if (wanted.isPresent()) {
        return wanted.get();
      }
      if (!isSaid) {
        LOG.info("event=checkpoint-awaited coordinator={}", address);
        isSaid = true;
      }
      pause();
    }
  }

  private static void pause() {
    try {
      Thread.sleep(AGAIN.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new DemofusionException(FailureCode.CANCELLED, "interrupted while waiting", e);
    }
  }

  /** Fetches what is not here of it; what it recommends lies beside it then, as it did before. */
  static StoredCheckpoint fetch(StoredFile file, WorkFiles files, FetchedFiles fetched) {
    Path path = fetched.fetch(file, files);
    Map<String, String> texts =
        new HashMap<>(files.config(file.hash()).map(StoredConfig::files).orElse(Map.of()));
    write(Optional.ofNullable(texts.remove(ConfigNames.SETTINGS)), SettingsFile.of(path));
    Optional<StoredConfig> config =
        texts.isEmpty() ? Optional.empty() : Optional.of(new StoredConfig(texts));
    return new StoredCheckpoint(
        path, config.map(each -> write(each, fetched.cache().beside(file.hash(), name(each)))));
  }

  private static void write(Optional<String> settings, Path file) {
    try {
      if (settings.isPresent()) {
        SafeFile.write(file, settings.get().getBytes(StandardCharsets.UTF_8));
      } else {
        Files.deleteIfExists(file); // it had some when it was fetched before
      }
    } catch (IOException e) {
      throw SafeFile.failure(file + " could not be written", e);
    }
  }

  /** Other configurations have another folder: a worker may be reading those that there were. */
  private static String name(StoredConfig config) {
    MessageDigest digest = Sha256.digest();
    new TreeMap<>(config.files())
        .forEach(
            (file, content) -> {
              digest.update(
                  (file + "\n" + content.length() + "\n").getBytes(StandardCharsets.UTF_8));
              digest.update(content.getBytes(StandardCharsets.UTF_8));
            });
    return "config-" + HexFormat.of().formatHex(digest.digest()).substring(0, 16);
  }

  private static Path write(StoredConfig config, Path folder) {
    try {
      for (Map.Entry<String, String> each : config.files().entrySet()) {
        if (!NAME.matcher(each.getKey()).matches()) {
          throw DemofusionException.badModel(
              "the store has a configuration with a file of the name \"" + each.getKey() + "\"");
        }
        Path file = folder.resolve(each.getKey());
        Files.createDirectories(file.resolveSibling("."));
        SafeFile.write(file, each.getValue().getBytes(StandardCharsets.UTF_8));
      }
      return folder;
    } catch (IOException e) {
      throw SafeFile.failure(folder + " could not be written", e);
    }
  }
}
