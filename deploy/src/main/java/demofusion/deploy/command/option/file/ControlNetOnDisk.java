package demofusion.deploy.command.option.file;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.FailureCode;
import demofusion.protocol.Sha256;
import demofusion.protocol.file.SafeFile;
import demofusion.protocol.model.control.ControlFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The one file of a ControlNet's weights, since work names a network by one file's hash: shards are
 * joined to one in the user's cache, under the folder's own name, once for each state of them.
 */
public final class ControlNetOnDisk {
  private static final String CONFIG = "config.json";
  private static final int DIGITS = 12;

  private ControlNetOnDisk() {}

  /**
   * @param path of a file, or of a folder in diffusers format
   * @throws DemofusionException BAD_MODEL if it is no ControlNet that can be computed with, STORAGE
   *     if its shards cannot be joined
   */
  public static Path file(Path path) {
    return file(path, cache(System.getenv()));
  }

  /**
   * @param cache in which shards are joined
   */
  static Path file(Path path, Path cache) {
    ControlFile network = ControlFile.open(path);
    List<Path> files = network.files();
    if (files.size() == 1) {
      return files.get(0);
    }
    Path folder = Objects.requireNonNull(files.get(0).toAbsolutePath().normalize().getParent());
    try {
      Path whole =
          cache
              .resolve("joined")
              .resolve(state(files))
              .resolve(String.valueOf(folder.getFileName()))
              .resolve("diffusion_pytorch_model.safetensors");
      if (!Files.exists(whole)) {
        Path into = Objects.requireNonNull(whole.getParent());
        Files.createDirectories(into);
        Files.write(into.resolve(CONFIG), Files.readAllBytes(folder.resolve(CONFIG)));
        network.joinTo(whole);
      }
      return whole;
    } catch (IOException e) {
      throw new DemofusionException(
          FailureCode.STORAGE,
          "the shards of %s cannot be joined: %s".formatted(folder, SafeFile.reason(e)),
          e);
    }
  }

  /** Other shards at the same place have other sizes or times. */
  private static String state(List<Path> files) throws IOException {
    StringBuilder state = new StringBuilder();
    for (Path file : files) {
      state
          .append(file.toAbsolutePath().normalize())
          .append(' ')
          .append(Files.size(file))
          .append(' ')
          .append(Files.getLastModifiedTime(file).toMillis())
          .append('\n');
    }
    byte[] hash = Sha256.of(state.toString().getBytes(StandardCharsets.UTF_8));
    return HexFormat.of().formatHex(hash).substring(0, DIGITS);
  }

  /** Where workers keep what they fetch. */
  private static Path cache(Map<String, String> environment) {
    String given = environment.getOrDefault("XDG_CACHE_HOME", "");
    Path caches =
        given.startsWith("/")
            ? Path.of(given)
            : Path.of(System.getProperty("user.home", "/"), ".cache");
    return caches.resolve("demofusion");
  }
}
