package demofusion.deploy.model;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.FailureCode;
import demofusion.protocol.Sha256;
import demofusion.protocol.file.SafeFile;
import demofusion.protocol.model.HubCache;
import demofusion.protocol.model.control.ControlFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;

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
    return of(path, travels, caches());
  }

  static Path of(Path path, boolean travels, Path caches) {
    ControlFile file = ControlFile.open(path);
    if (file.files().size() == 1 && (!travels || file.isWhole())) {
      return file.files().get(0);
    }
    Path folder = caches.resolve("controlnets").resolve(key(file));
    Path whole = folder.resolve(HubCache.nameOf(path) + ".safetensors");
    if (!Files.isRegularFile(whole)) {
      try {
        Files.createDirectories(folder);
      } catch (IOException e) {
        throw SafeFile.failure("the cache " + folder + " cannot be made", e);
      }
      file.joinTo(whole);
    }
    return whole;
  }

  /** Other for files that were changed. */
  private static String key(ControlFile file) {
    StringBuilder said = new StringBuilder();
    try {
      for (Path each : file.files()) {
        said.append(each.toRealPath())
            .append(' ')
            .append(Files.size(each))
            .append(' ')
            .append(Files.getLastModifiedTime(each))
            .append('\n');
      }
    } catch (IOException e) {
      throw new DemofusionException(
          FailureCode.BAD_MODEL, file.files() + " cannot be read: " + SafeFile.reason(e), e);
    }
    said.append(file.blueFirst());
    byte[] bytes = said.toString().getBytes(StandardCharsets.UTF_8);
    return HexFormat.of().formatHex(Sha256.of(bytes)).substring(0, 16);
  }

  private static Path caches() {
    String given = System.getenv("XDG_CACHE_HOME");
    Path caches =
        given == null || given.isEmpty()
            ? Path.of(System.getProperty("user.home", "/")).resolve(".cache")
            : Path.of(given);
    return caches.resolve("demofusion");
  }
}
