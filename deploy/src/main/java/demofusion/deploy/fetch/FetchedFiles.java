package demofusion.deploy.fetch;

import demofusion.deploy.client.WorkFiles;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.FailureCode;
import demofusion.protocol.Sha256;
import demofusion.protocol.api.StoredFile;
import demofusion.protocol.file.SafeFile;
import demofusion.worker.model.AdditionFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Optional;
import java.util.function.Function;

/**
 * The files that a worker's work names by their hashes: its own, else those that it fetched before,
 * else the coordinator's, which are fetched now. Whoever asks waits; the worker says meanwhile that
 * it is there.
 */
public final class FetchedFiles implements AdditionFiles {
  private static final int CHUNK = 1 << 20;

  private final Function<String, Optional<Path>> own;
  private final FileCache cache;
  private final Store store;
  private final boolean isTold;

  /** Lets something be asked of the coordinator's store. */
  @FunctionalInterface
  public interface Store {
    Path ask(StoreAccess.Question<Path> question);
  }

  /**
   * @param own files that are on this machine anyway, by hash
   * @param store is reached for each file anew, since tokens change
   * @param isTold whether it is certainly the store of the farm that gives the work
   */
  public FetchedFiles(
      Function<String, Optional<Path>> own, FileCache cache, Store store, boolean isTold) {
    this.own = own;
    this.cache = cache;
    this.store = store;
    this.isTold = isTold;
  }

  /**
   * @throws DemofusionException in one sentence if it is not to be had: NOT_FOUND if the farm's
   *     store has no such file, MISSING_ASSET if it could not be fetched, which another worker may
   *     do
   */
  @Override
  public Path locate(String hash) {
    return own.apply(hash).or(() -> cache.find(hash)).orElseGet(() -> fetch(hash));
  }

  private Path fetch(String hash) {
    try {
      return store.ask(files -> fetch(entry(hash, files), files));
    } catch (DemofusionException e) {
      if (e.code() == FailureCode.NOT_FOUND) {
        if (isTold) {
          throw e;
        }
        throw new DemofusionException(
            FailureCode.MISSING_ASSET,
            ("the coordinator at this machine's usual port has no file with the SHA-256 %s, and may"
                    + " be another farm's: start the worker with --api URL of its own coordinator")
                .formatted(hash),
            e);
      }
      throw new DemofusionException(
          FailureCode.MISSING_ASSET,
          "the file " + hash + " could not be fetched: " + e.userMessage(),
          e);
    }
  }

  private static StoredFile entry(String hash, WorkFiles files) {
    return files.list().files().stream()
        .filter(file -> file.hash().equals(hash))
        .findFirst()
        .orElseThrow(
            () ->
                new DemofusionException(
                    FailureCode.NOT_FOUND,
                    ("the coordinator's store has no file with the SHA-256 %s: it was removed while"
                            + " the job waited; add it again and retry")
                        .formatted(hash)));
  }

  /** A file of the store, from the cache where it is there. */
  Path fetch(StoredFile file, WorkFiles files) {
    return cache.get(
        file.hash(),
        file.name(),
        file.bytes(),
        part -> {
          FetchLog log = new FetchLog(file);
          files.fetch(file, part, log::at);
          requireHash(part, file);
          log.done();
        });
  }

  FileCache cache() {
    return cache;
  }

  /** What is not what it should be is not gone on with. */
  private static void requireHash(Path part, StoredFile file) {
    String came = sha256(part);
    if (!came.equals(file.hash())) {
      try {
        Files.deleteIfExists(part);
      } catch (IOException e) {
        throw SafeFile.failure(part + " could not be removed", e);
      }
      throw new DemofusionException(
          FailureCode.UNAVAILABLE,
          "%s arrived with the SHA-256 %s instead of %s: it was damaged in transit or on a disk"
              .formatted(file.name(), came, file.hash()));
    }
  }

  private static String sha256(Path file) {
    MessageDigest digest = Sha256.digest();
    try (FileChannel channel = FileChannel.open(file)) {
      ByteBuffer chunk = ByteBuffer.allocate(CHUNK);
      while (channel.read(chunk) >= 0) {
        digest.update(chunk.flip());
        chunk.clear();
      }
    } catch (IOException e) {
      throw SafeFile.failure(file + " cannot be read", e);
    }
    return HexFormat.of().formatHex(digest.digest());
  }
}
