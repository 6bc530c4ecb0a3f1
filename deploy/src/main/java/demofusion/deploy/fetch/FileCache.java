package demofusion.deploy.fetch;

import demofusion.deploy.terminal.ByteSizes;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.file.SafeFile;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Files that were fetched, in folders named by their SHA-256, up to so many bytes: the one that was
 * not used for longest goes first. All workers of a machine may share it: one fetches, the others
 * wait for that. What a process that died had of a file stays and is gone on with.
 *
 * <pre>
 *   HASH/NAME.safetensors   all of it, checked
 *   HASH/fetching           the beginning of it
 *   HASH/expected           how many bytes it will have, so that others leave room for it
 *   HASH/used               its time: when somebody last wanted it
 *   HASH/lock
 *   lock                    held while room is made
 * </pre>
 */
public final class FileCache {
  private static final Logger LOG = LoggerFactory.getLogger(FileCache.class);
  private static final String ENDING = ".safetensors";
  private static final String FETCHING = "fetching";
  private static final String EXPECTED = "expected";
  private static final String USED = "used";
  private static final String LOCK = "lock";
  private static final Pattern HASH = Pattern.compile("[0-9a-f]{64}");
  private static final Pattern NAME =
      Pattern.compile("[^\\p{Cntrl}/\\\\:<>|?*\".][^\\p{Cntrl}/\\\\:<>|?*\"]{0,99}");

  /** With the ending a file's name has at most 255. */
  private static final int MOST_NAME_BYTES = 240;

  /** The system's locks are the process's; its own threads are kept apart by these. */
  private static final Map<Path, ReentrantLock> OURS = new ConcurrentHashMap<>();

  private final Path folder;
  private final long limitBytes;

  /**
   * @param folder need not be there yet
   */
  public FileCache(Path folder, long limitBytes) {
    this.folder = folder.toAbsolutePath().normalize();
    this.limitBytes = limitBytes;
  }

  /** Puts the bytes of a file into a place where its beginning may be. */
  @FunctionalInterface
  public interface Source {
    void fetch(Path part);
  }

  /** The file if all of it is here; then it counts as used. */
  public Optional<Path> find(String hash) {
    Optional<Path> found = whole(place(hash));
    found.ifPresent(file -> touch(place(hash)));
    return found;
  }

  private Path place(String hash) {
    if (!HASH.matcher(hash).matches()) {
      throw DemofusionException.badRequest(
          "\"" + hash + "\" is no SHA-256, by which files are kept");
    }
    return folder.resolve(hash);
  }

  /** Where what belongs to a file is kept beside it, and goes with it. */
  public Path beside(String hash, String name) {
    return place(hash).resolve(name);
  }

  private static Optional<Path> whole(Path place) {
    return list(place).stream()
        .filter(each -> String.valueOf(each.getFileName()).endsWith(ENDING))
        .findFirst();
  }

  /**
   * The file under this name, fetched if it is not here: by one at a time, in all processes.
   *
   * @param name without its ending; models are called by it
   * @throws DemofusionException what the source throws; STORAGE or DISK_FULL
   */
  public Path get(String hash, String name, long bytes, Source source) {
    Path place = place(hash);
    return alone(
        place,
        () -> {
          Path target = target(place, name, hash);
          Optional<Path> there = whole(place);
          if (there.isEmpty()) {
            // Several may fetch at once: each counts what the others will have.
            alone(folder, () -> makeRoom(hash, bytes));
            Path part = place.resolve(FETCHING);
            source.fetch(part);
            Files.move(part, target, StandardCopyOption.ATOMIC_MOVE);
            Files.deleteIfExists(place.resolve(EXPECTED));
            SafeFile.syncFolder(place);
          } else if (!there.get().equals(target)) {
            Files.move(there.get(), target, StandardCopyOption.ATOMIC_MOVE); // it has a new name
          }
          touch(place);
          return target;
        });
  }

  @FunctionalInterface
  private interface Action<T> {
    T run() throws IOException;
  }

  /** What no other thread and no other process does in this folder meanwhile. */
  private static <T> T alone(Path place, Action<T> action) {
    ReentrantLock lock = OURS.computeIfAbsent(place, any -> new ReentrantLock());
    lock.lock();
    try {
      Files.createDirectories(place);
      try (FileChannel channel =
              FileChannel.open(
                  place.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
          FileLock everybody = channel.lock()) {
        LOG.debug("event=cache-locked place={} shared={}", place, everybody.isShared());
        return action.run();
      }
    } catch (IOException e) {
      throw SafeFile.failure(place + " cannot be used as a cache", e);
    } finally {
      lock.unlock();
    }
  }

  /** What a coordinator calls a file decides nothing but the name in a folder of ours. */
  private static Path target(Path place, String name, String hash) {
    if (NAME.matcher(name).matches()
        && name.getBytes(StandardCharsets.UTF_8).length <= MOST_NAME_BYTES) {
      try {
        return place.resolve(name + ENDING);
      } catch (InvalidPathException e) { // in this machine's locale, which may be plain ASCII
        LOG.debug("event=cache-name-unusable hash={}", hash, e);
      }
    }
    return place.resolve(hash + ENDING);
  }

  private static void touch(Path place) {
    try {
      Path used = place.resolve(USED);
      if (!Files.exists(used)) {
        Files.writeString(used, "");
      }
      Files.setLastModifiedTime(used, FileTime.from(Instant.now()));
    } catch (IOException e) {
      LOG.debug("event=cache-not-touched place={}", place, e); // it goes earlier than it should
    }
  }

  private record Kept(Path place, long bytes, Instant used) {}

  /** Leaves word of the room that is taken with it. */
  private Path makeRoom(String hash, long bytes) throws IOException {
    if (bytes > limitBytes) {
      throw DemofusionException.badRequest(
          "a file of %s does not fit into the worker's cache of %s: raise --cache-size"
              .formatted(ByteSizes.words(bytes), ByteSizes.words(limitBytes)));
    }
    List<Kept> kept = new ArrayList<>();
    for (Path place : list(folder)) {
      if (!place.equals(place(hash))
          && HASH.matcher(String.valueOf(place.getFileName())).matches()) {
        kept.add(new Kept(place, size(place), used(place)));
      }
    }
    kept.sort(Comparator.comparing(Kept::used));
    long taken = kept.stream().mapToLong(Kept::bytes).sum();
    for (Kept each : kept) {
      if (taken + bytes <= limitBytes) {
        break;
      }
      if (remove(each)) {
        taken -= each.bytes();
      }
    }
    return Files.writeString(place(hash).resolve(EXPECTED), Long.toString(bytes));
  }

  /** Unless somebody is fetching it. Who reads it reads on. */
  private boolean remove(Kept kept) throws IOException {
    String hash = String.valueOf(kept.place().getFileName());
    ReentrantLock lock = OURS.computeIfAbsent(kept.place(), any -> new ReentrantLock());
    if (!lock.tryLock()) {
      return false;
    }
    try (FileChannel channel =
            FileChannel.open(
                kept.place().resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock everybody = channel.tryLock()) {
      if (everybody == null) {
        return false;
      }
      LOG.info(
          "event=cache-file-removed hash={} bytes={} used={}", hash, kept.bytes(), kept.used());
      for (Path file : tree(kept.place())) {
        if (!file.equals(kept.place().resolve(LOCK))) {
          Files.deleteIfExists(file);
        }
      }
      return true;
    } finally {
      lock.unlock();
    }
  }

  private static Instant used(Path place) {
    try {
      return Files.getLastModifiedTime(place.resolve(USED)).toInstant();
    } catch (IOException e) {
      try {
        return Files.getLastModifiedTime(place).toInstant(); // never had as a whole
      } catch (IOException gone) {
        return Instant.EPOCH;
      }
    }
  }

  private static long size(Path place) {
    long bytes = 0;
    for (Path each : tree(place)) {
      try {
        bytes += Files.isRegularFile(each) ? Files.size(each) : 0;
      } catch (IOException e) {
        // it is gone
      }
    }
    return Math.max(bytes, expected(place));
  }

  private static long expected(Path place) {
    try {
      return Long.parseLong(Files.readString(place.resolve(EXPECTED)));
    } catch (IOException | NumberFormatException e) {
      return 0; // it is whole, or its fetching has not begun
    }
  }

  /** Everything below a folder, the deepest first. */
  private static List<Path> tree(Path place) {
    List<Path> all = new ArrayList<>();
    for (Path each : list(place)) {
      if (Files.isDirectory(each)) {
        all.addAll(tree(each));
      }
      all.add(each);
    }
    return all;
  }

  private static List<Path> list(Path folder) {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> all = Files.list(folder)) {
      return all.sorted().toList();
    } catch (IOException e) {
      return List.of(); // gone meanwhile
    }
  }
}
