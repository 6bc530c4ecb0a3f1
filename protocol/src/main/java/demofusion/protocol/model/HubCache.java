package demofusion.protocol.model;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.FailureCode;
import demofusion.protocol.file.SafeFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Hugging Face's cache, as {@code hf download} fills it: {@code models--ORG--NAME} holds a folder
 * for each commit under {@code snapshots}, and {@code refs/main} says which of them is the latest.
 */
public final class HubCache {
  private static final String REPOSITORY = "models--";
  private static final String SNAPSHOTS = "snapshots";
  private static final String SINGLE_FILE = ".safetensors";

  private HubCache() {}

  /**
   * Where a model's files are: the path itself, but for a repository's folder in the cache, of
   * which its latest snapshot is meant.
   *
   * @throws DemofusionException BAD_MODEL if the cache does not say which one that is
   */
  public static Path filesOf(Path path) {
    Path snapshots = path.resolve(SNAPSHOTS);
    if (!isRepository(path) || !Files.isDirectory(snapshots)) {
      return path;
    }
    Path reference = path.resolve("refs").resolve("main");
    try (Stream<Path> folders = Files.list(snapshots)) {
      if (Files.isRegularFile(reference)) {
        String commit = Files.readString(reference).strip();
        if (commit.matches("[0-9A-Za-z_-]+") && Files.isDirectory(snapshots.resolve(commit))) {
          return snapshots.resolve(commit);
        }
      }
      List<Path> all = folders.filter(Files::isDirectory).sorted().toList();
      if (all.size() == 1) {
        return all.get(0);
      }
      throw DemofusionException.badModel(
          "%s has %s snapshots, and its refs/main names none of them: pass the folder of one, or"
                  .formatted(path, all.size())
              + " download the model again");
    } catch (IOException e) {
      throw new DemofusionException(
          FailureCode.BAD_MODEL, path + " cannot be read: " + SafeFile.reason(e), e);
    }
  }

  /**
   * What people call the model in a folder or a file: its last name without the ending of a single
   * file, or the repository's in the cache.
   */
  public static String nameOf(Path folder) {
    Path path = folder.toAbsolutePath().normalize();
    Path parent = path.getParent();
    Path repository = parent != null && parent.endsWith(SNAPSHOTS) ? parent.getParent() : path;
    if (repository == null || !isRepository(repository)) {
      String last = String.valueOf(path.getFileName());
      return last.endsWith(SINGLE_FILE)
          ? last.substring(0, last.length() - SINGLE_FILE.length())
          : last;
    }
    String name = String.valueOf(repository.getFileName());
    return name.substring(name.lastIndexOf("--") + 2);
  }

  private static boolean isRepository(Path path) {
    String name = String.valueOf(path.toAbsolutePath().normalize().getFileName());
    return name.startsWith(REPOSITORY) && name.length() > REPOSITORY.length();
  }
}
