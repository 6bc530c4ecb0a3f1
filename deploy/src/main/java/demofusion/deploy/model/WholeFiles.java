package demofusion.deploy.model;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.FailureCode;
import demofusion.protocol.Sha256;
import demofusion.protocol.file.SafeFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Consumer;

/** Networks that were written as one file each, in the user's cache. */
public final class WholeFiles {
  private WholeFiles() {}

  /**
   * The file that stands for others, written when it is first wanted.
   *
   * @param kind name of the folder of its kind
   * @param files that it is made of; others where they were changed
   * @param said what else it is made of
   * @throws DemofusionException STORAGE if the cache cannot be written
   */
  static Path of(
      Path caches,
      String kind,
      String name,
      List<Path> files,
      String said,
      Consumer<Path> writing) {
    Path folder = caches.resolve(kind).resolve(key(files, said));
    Path whole = folder.resolve(name + ".safetensors");
    if (!Files.isRegularFile(whole)) {
      try {
        Files.createDirectories(folder);
      } catch (IOException e) {
        throw SafeFile.failure("the cache " + folder + " cannot be made", e);
      }
      writing.accept(whole);
    }
    return whole;
  }

  private static String key(List<Path> files, String more) {
    StringBuilder said = new StringBuilder();
    try {
      for (Path each : files) {
        said.append(each.toRealPath())
            .append(' ')
            .append(Files.size(each))
            .append(' ')
            .append(Files.getLastModifiedTime(each))
            .append('\n');
      }
    } catch (IOException e) {
      throw new DemofusionException(
          FailureCode.BAD_MODEL, files + " cannot be read: " + SafeFile.reason(e), e);
    }
    byte[] bytes = said.append(more).toString().getBytes(StandardCharsets.UTF_8);
    return HexFormat.of().formatHex(Sha256.of(bytes)).substring(0, 16);
  }

  /** The user's own. */
  public static Path caches() {
    String given = System.getenv("XDG_CACHE_HOME");
    Path caches =
        given == null || given.isEmpty()
            ? Path.of(System.getProperty("user.home", "/")).resolve(".cache")
            : Path.of(given);
    return caches.resolve("demofusion");
  }
}
