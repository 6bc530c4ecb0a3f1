package demofusion.deploy.command.farm;

import demofusion.coordinator.library.FileNaming;
import demofusion.coordinator.library.FileSigns;
import demofusion.coordinator.library.LibraryKind;
import demofusion.coordinator.library.store.ConfigNames;
import demofusion.deploy.model.WholeControlNet;
import demofusion.deploy.model.WholeFiles;
import demofusion.deploy.model.WholeImageEncoder;
import demofusion.deploy.terminal.Json;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.Sha256;
import demofusion.protocol.api.NewStoredFile;
import demofusion.protocol.api.StoredConfig;
import demofusion.protocol.file.SafeFile;
import demofusion.protocol.model.ModelSettings;
import demofusion.protocol.model.adapter.AdapterPair;
import demofusion.protocol.model.file.PickleNames;
import demofusion.worker.model.folder.SettingsFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongConsumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A file of this machine that is to go into the farm's store, looked at before it is sent. */
record LocalModelFile(Path path, String name, LibraryKind kind, long bytes) {
  private static final int CHUNK = 1 << 20;
  private static final long MOST_CONFIG_BYTES = 16L << 20;

  /**
   * Looks at its header.
   *
   * @param path a file, or the folder of a ControlNet or an image encoder, of which the weights are
   *     taken
   * @param name null: the file's own without its ending, or its folder's
   * @throws DemofusionException BAD_REQUEST or BAD_MODEL if it cannot go there
   */
  static LocalModelFile of(Path path, @Nullable String name) {
    return of(path, name, WholeFiles.caches());
  }

  /**
   * @param caches where a file is written that says what only its folder did
   */
  static LocalModelFile of(Path path, @Nullable String name, Path caches) {
    if (PickleNames.has(path)) {
      throw DemofusionException.badRequest(
          path + " is a pickle, which could run code: convert it to safetensors first");
    }
    if (Files.isDirectory(path)) {
      return of(weights(path, caches), name, caches);
    }
    if (!Files.isRegularFile(path)) {
      throw DemofusionException.badRequest(
          path + (Files.exists(path) ? " is not a file" : " does not exist"));
    }
    LibraryKind kind = FileSigns.kind(path);
    if (kind == LibraryKind.CONTROLNET) {
      Path whole = WholeControlNet.of(path, true, caches);
      if (!whole.equals(path)) {
        return of(
            whole, name == null ? FileNaming.name(kind, path).replace('/', '-') : name, caches);
      }
    }
    String own = FileNaming.name(kind, path).replace('/', '-'); // as h94's encoders are called
    if (kind == LibraryKind.IMAGE_ENCODER) {
      Path whole = WholeImageEncoder.of(path, own, caches);
      if (!whole.equals(path)) {
        return of(whole, name == null ? own : name, caches);
      }
    }
    try {
      return new LocalModelFile(path, name == null ? own : name, kind, Files.size(path));
    } catch (IOException e) {
      throw unreadable(path, e);
    }
  }

  /** Of a folder that is no whole model: such a one is converted first. */
  private static Path weights(Path folder, Path caches) {
    boolean isEncoder =
        Stream.of("model.safetensors", "model.fp16.safetensors")
            .anyMatch(weights -> Files.isRegularFile(folder.resolve(weights)));
    if (isEncoder) {
      return AdapterPair.weights(folder);
    }
    if (!Files.isRegularFile(folder.resolve("config.json"))) {
      throw DemofusionException.badRequest(
          folder
              + " is neither the folder of a ControlNet nor that of an image encoder: give whole"
              + " models as one .safetensors file");
    }
    return WholeControlNet.of(folder, false, caches);
  }

  /**
   * Reads all of it.
   *
   * @param progress hears how many bytes were read
   */
  NewStoredFile read(LongConsumer progress) {
    MessageDigest digest = Sha256.digest();
    try (FileChannel channel = FileChannel.open(path)) {
      ByteBuffer chunk = ByteBuffer.allocate(CHUNK);
      long at = 0;
      while (channel.read(chunk) >= 0) {
        at += chunk.flip().remaining();
        digest.update(chunk);
        chunk.clear();
        progress.accept(at);
      }
    } catch (IOException e) {
      throw unreadable(path, e);
    }
    return new NewStoredFile(name, bytes, HexFormat.of().formatHex(digest.digest()));
  }

  /** The configurations and vocabularies of a diffusers folder, without its weights. */
  static StoredConfig configs(Path folder) {
    Map<String, String> files = new TreeMap<>();
    long bytes = 0;
    try (Stream<Path> tree = Files.walk(folder, 2)) {
      for (Path each : tree.filter(Files::isRegularFile).sorted().toList()) {
        String name = folder.relativize(each).toString().replace('\\', '/');
        if (!ConfigNames.fits(name)) {
          continue; // weights, their indices, notes: the store takes none of them
        }
        bytes += Files.size(each);
        if (bytes > MOST_CONFIG_BYTES) {
          throw DemofusionException.badRequest(
              folder
                  + " has more than 16 MiB of JSON and text, which no model's configuration has");
        }
        files.put(name, Files.readString(each));
      }
    } catch (IOException e) {
      throw unreadable(folder, e);
    }
    if (files.isEmpty()) {
      throw DemofusionException.badRequest(
          folder
              + " has no configurations: --model-config needs a folder like that of a diffusers"
              + " model");
    }
    StoredConfig config = new StoredConfig(files);
    ConfigNames.require(config); // before gigabytes are announced or sent
    return config;
  }

  /**
   * What is stored with it: configurations that are given for it, and what it recommends itself,
   * which lies beside it.
   *
   * @param configs null: none are given
   * @return null if there is neither
   * @throws DemofusionException BAD_MODEL if what lies beside it is no recommendation
   */
  @Nullable StoredConfig beside(@Nullable StoredConfig configs) {
    if (kind != LibraryKind.CHECKPOINT) {
      return configs; // which only checkpoints have; the store says so
    }
    Map<String, String> files = new TreeMap<>(configs == null ? Map.of() : configs.files());
    files.remove(ConfigNames.SETTINGS); // of the folder that is not the model
    ModelSettings settings = SettingsFile.beside(path);
    if (!settings.isEmpty()) {
      files.put(ConfigNames.SETTINGS, Json.line(settings.values()));
    }
    return files.isEmpty() ? null : new StoredConfig(files);
  }

  private static DemofusionException unreadable(Path path, IOException e) {
    return DemofusionException.badRequest(path + " cannot be read: " + SafeFile.reason(e));
  }
}
