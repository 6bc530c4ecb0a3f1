package demofusion.worker.model.file;

import demofusion.protocol.Sha256;
import demofusion.protocol.file.SafeFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Hashes of large files that were read before, so that a model of several GB is read whole only
 * once. A file counts as the same while its place, size, inode and times of change are; one that
 * was changed just now is not trusted, since a clock's tick may hide another change.
 */
public final class HashCache {
  /** Less is hashed faster than anybody would notice. */
  private static final long LEAST_BYTES = 1L << 29;

  private static final Duration UNTRUSTED = Duration.ofSeconds(10);
  private static final int DIGITS = 64;

  private final Path folder;
  private final long leastBytes;

  HashCache(Path folder, long leastBytes) {
    this.folder = folder;
    this.leastBytes = leastBytes;
  }

  /** The user's own, where programs keep what can be made again. */
  public static HashCache ofUser() {
    String given = System.getenv("XDG_CACHE_HOME");
    boolean isGiven = given != null && given.startsWith("/");
    Path caches =
        isGiven ? Path.of(given) : Path.of(System.getProperty("user.home", "/")).resolve(".cache");
    return new HashCache(caches.resolve("demofusion").resolve("hashes"), LEAST_BYTES);
  }

  /**
   * @param what is hashed of the files, and how
   * @param hash reads them; hexadecimal
   */
  public String get(String what, Collection<Path> files, Supplier<String> hash) {
    Optional<String> key = key(what, files);
    if (key.isEmpty()) {
      return hash.get();
    }
    Path entry = folder.resolve(key.get());
    Optional<String> known = read(entry);
    if (known.isPresent()) {
      return known.get();
    }
    String made = hash.get();
    if (key(what, files).equals(key)) {
      write(entry, made);
    }
    return made;
  }

  /** Empty where nothing is worth to be kept, or the file system does not say enough. */
  private Optional<String> key(String what, Collection<Path> files) {
    StringBuilder said = new StringBuilder(what);
    long bytes = 0;
    try {
      for (Path file : files) {
        Map<String, Object> attributes = Files.readAttributes(file, "unix:size,ino,ctime");
        FileTime modified = Files.getLastModifiedTime(file);
        Object changed = attributes.get("ctime");
        if (!(changed instanceof FileTime time) || isRecent(time) || isRecent(modified)) {
          return Optional.empty();
        }
        bytes += Files.size(file);
        said.append('\n').append(file.toRealPath()).append('\n');
        said.append(attributes.get("size")).append(' ').append(attributes.get("ino"));
        said.append(' ').append(time).append(' ').append(modified);
      }
    } catch (IOException | UnsupportedOperationException | IllegalArgumentException e) {
      return Optional.empty();
    }
    byte[] name = Sha256.of(said.toString().getBytes(StandardCharsets.UTF_8));
    return bytes < leastBytes ? Optional.empty() : Optional.of(HexFormat.of().formatHex(name));
  }

  private static boolean isRecent(FileTime time) {
    return time.toInstant().isAfter(Instant.now().minus(UNTRUSTED));
  }

  private static Optional<String> read(Path entry) {
    try {
      if (!Files.isRegularFile(entry, LinkOption.NOFOLLOW_LINKS) || Files.size(entry) != DIGITS) {
        return Optional.empty();
      }
      String hash = Files.readString(entry, StandardCharsets.US_ASCII);
      return hash.matches("[0-9a-f]{" + DIGITS + "}") ? Optional.of(hash) : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private void write(Path entry, String hash) {
    try {
      Files.createDirectories(folder);
      SafeFile.write(entry, hash.getBytes(StandardCharsets.US_ASCII));
    } catch (IOException | RuntimeException e) {
      // A cache that cannot be written costs time and nothing else.
    }
  }
}
