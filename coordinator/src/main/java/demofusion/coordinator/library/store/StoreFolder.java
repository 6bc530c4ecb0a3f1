package demofusion.coordinator.library.store;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.FailureCode;
import demofusion.protocol.api.NewStoredFile;
import demofusion.protocol.api.StoredConfig;
import demofusion.protocol.file.SafeFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where everything of a store lies (the package's comment draws it), and how it comes and goes so
 * that a crash at any moment leaves nothing half: a file is there while its entry is.
 */
final class StoreFolder {
  private static final Logger LOG = LoggerFactory.getLogger(StoreFolder.class);
  private static final String FILE = ".safetensors";
  private static final String ENTRY = ".json";
  private static final String CONFIG = ".config";
  private static final String PART = ".part";

  private final Path files;
  private final Path coming;
  private long removed; // by this process; the store's lock guards it

  private StoreFolder(Path root) {
    files = root.resolve("files");
    coming = root.resolve("uploads");
  }

  /** Takes a folder and sweeps out what a crash left without an entry. */
  static StoreFolder open(Path root) {
    StoreFolder folder = new StoreFolder(root);
    try {
      Files.createDirectories(folder.files);
      Files.createDirectories(folder.coming);
    } catch (IOException e) {
      throw SafeFile.failure(root + " cannot be used as a store of models", e);
    }
    folder.sweep();
    return folder;
  }

  private void sweep() {
    for (Path each : list(files)) {
      // A file that was checked and kept, while its entry was not written: the upload is still
      // there and is taken up where it was.
      String hash = hash(each);
      if (hash.isEmpty() || !Files.exists(entry(hash))) {
        if (each.equals(file(hash)) && Files.exists(announced(hash))) {
          move(each, part(hash));
        } else if (each.equals(configs(hash)) && Files.exists(announced(hash))) {
          move(each, comingConfigs(hash));
        } else {
          delete(each);
        }
      }
    }
    for (Path each : list(coming)) {
      String hash = hash(each);
      if (hash.isEmpty() || !Files.exists(announced(hash)) || Files.exists(entry(hash))) {
        delete(each);
      }
    }
  }

  private static void move(Path from, Path to) {
    try {
      Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw SafeFile.failure(from + " cannot be moved", e);
    }
  }

  /** The files that are there. */
  List<Entry> entries() {
    List<Entry> entries = new ArrayList<>();
    for (Path each : list(files)) {
      String hash = hash(each);
      if (each.equals(entry(hash))) {
        read(each, Entry.class)
            .filter(entry -> hash.equals(entry.hash()) && Files.isRegularFile(file(hash)))
            .ifPresentOrElse(
                entries::add, () -> LOG.warn("event=store-entry-without-file entry={}", each));
      }
    }
    return entries;
  }

  /** The uploads that have begun. */
  List<Upload> uploads() {
    List<Upload> uploads = new ArrayList<>();
    for (Path each : list(coming)) {
      String hash = hash(each);
      if (each.equals(announced(hash))) {
        read(each, NewStoredFile.class)
            .filter(file -> hash.equals(file.hash()))
            .ifPresentOrElse(
                file -> uploads.add(new Upload(file, part(hash))),
                () -> LOG.warn("event=store-upload-unusable announcement={}", each));
      }
    }
    return uploads;
  }

  private static <T> Optional<T> read(Path file, Class<T> type) {
    try {
      return Optional.of(Entry.read(file, type));
    } catch (DemofusionException e) {
      LOG.warn("event=store-file-unreadable sentence=\"{}\"", e.userMessage());
      return Optional.empty();
    }
  }

  /** Where a file of the store lies. */
  Path file(String hash) {
    return files.resolve(hash + FILE);
  }

  private Path entry(String hash) {
    return files.resolve(hash + ENTRY);
  }

  private Path configs(String hash) {
    return files.resolve(hash + CONFIG);
  }

  private Path comingConfigs(String hash) {
    return coming.resolve(hash + CONFIG);
  }

  private Path announced(String hash) {
    return coming.resolve(hash + ENTRY);
  }

  private Path part(String hash) {
    return coming.resolve(hash + PART);
  }

  /** The hash in a file's name; empty if it is none of ours. */
  private static String hash(Path file) {
    String name = String.valueOf(file.getFileName());
    int dot = name.indexOf('.');
    String hash = dot < 0 ? "" : name.substring(0, dot);
    return FileNames.isHash(hash) ? hash : "";
  }

  /**
   * @throws DemofusionException DISK_FULL, in one sentence
   */
  void requireSpace(long bytes) {
    try {
      long free = Files.getFileStore(coming).getUsableSpace();
      if (bytes > free) {
        throw new DemofusionException(
            FailureCode.TOO_MUCH,
            "the coordinator's disk has %s bytes left, fewer than the %s of the file"
                .formatted(free, bytes));
      }
    } catch (IOException e) {
      LOG.warn("event=disk-unknown folder={}", coming, e);
    }
  }

  Upload begin(NewStoredFile file) {
    delete(part(file.hash()));
    Entry.write(announced(file.hash()), file);
    try {
      Files.createFile(part(file.hash()));
    } catch (IOException e) {
      throw SafeFile.failure("the upload of " + file.name() + " could not begin", e);
    }
    return new Upload(file, part(file.hash()));
  }

  /** Gives an upload's bytes their place among the files; without an entry they are none. */
  void keep(Upload upload) {
    String hash = upload.file().hash();
    if (Files.exists(comingConfigs(hash))) {
      move(comingConfigs(hash), configs(hash));
    }
    move(upload.part(), file(hash));
    sync(files);
  }

  /**
   * Makes an upload again of what was kept, as {@link #sweep} does after a crash: its entry could
   * not be written.
   */
  void unkeep(Upload upload) {
    String hash = upload.file().hash();
    delete(entry(hash)); // it may be there though not certainly on disk
    if (Files.exists(file(hash))) {
      move(file(hash), upload.part());
    }
    if (Files.exists(configs(hash))) {
      move(configs(hash), comingConfigs(hash));
    }
  }

  /** The same bytes under another name: what has come of them stays. */
  Upload rename(Upload upload, NewStoredFile file) {
    upload.interrupt();
    Entry.write(announced(file.hash()), file);
    return new Upload(file, upload.part());
  }

  void discard(Upload upload) {
    try {
      upload.discard();
    } catch (IOException e) {
      LOG.warn("event=store-file-undeleted file={}", upload.part(), e);
    }
    delete(comingConfigs(upload.file().hash()));
    delete(announced(upload.file().hash()));
  }

  void write(Entry entry) {
    Entry.write(entry(entry.hash()), entry);
  }

  /**
   * Its entry goes first.
   *
   * @return what is to be deleted then; no later file of the same hash is among it
   */
  List<Path> remove(String hash) {
    try {
      Files.delete(entry(hash));
    } catch (IOException e) {
      throw SafeFile.failure(entry(hash) + " could not be removed", e);
    }
    sync(files);
    List<Path> left = new ArrayList<>();
    for (Path each : List.of(file(hash), configs(hash))) {
      if (Files.exists(each)) {
        setAside(each).ifPresent(left::add);
      }
    }
    return left;
  }

  /** Under a name with no hash, which the next start would sweep out. */
  private Optional<Path> setAside(Path file) {
    Path aside = files.resolve("removed-%s-%s".formatted(removed++, file.getFileName()));
    try {
      move(file, aside);
      return Optional.of(aside);
    } catch (DemofusionException e) {
      LOG.warn("event=store-file-undeleted sentence=\"{}\"", e.userMessage());
      return Optional.empty();
    }
  }

  void delete(List<Path> left) {
    left.forEach(StoreFolder::delete);
  }

  boolean hasConfig(String hash) {
    return Files.exists(configs(hash));
  }

  void writeConfig(String hash, StoredConfig config) {
    write(configs(hash), config);
  }

  /** Of an upload: they are there before the file is, so that nobody opens it without them. */
  void writeComingConfig(String hash, StoredConfig config) {
    write(comingConfigs(hash), config);
  }

  private static void write(Path file, StoredConfig config) {
    Entry.write(
        file,
        Files.exists(file)
            ? ConfigNames.over(Entry.read(file, StoredConfig.class), config)
            : config);
  }

  /**
   * @throws DemofusionException NOT_FOUND if there is none
   */
  StoredConfig config(String hash) {
    if (!hasConfig(hash)) {
      throw new DemofusionException(
          FailureCode.NOT_FOUND, "the file " + hash + " has no configurations of its own");
    }
    return Entry.read(configs(hash), StoredConfig.class);
  }

  private static void sync(Path folder) {
    try {
      SafeFile.syncFolder(folder);
    } catch (IOException e) {
      throw SafeFile.failure(folder + " could not be written", e);
    }
  }

  private static void delete(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      LOG.warn("event=store-file-undeleted file={}", file, e);
    }
  }

  private static List<Path> list(Path folder) {
    try (Stream<Path> all = Files.list(folder)) {
      return all.sorted().toList();
    } catch (IOException e) {
      throw SafeFile.failure(folder + " cannot be read", e);
    }
  }
}
