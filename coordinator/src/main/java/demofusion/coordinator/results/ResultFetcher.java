package demofusion.coordinator.results;

import demofusion.coordinator.store.StoredResults;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.FailureCode;
import demofusion.protocol.JobId;
import demofusion.protocol.Sha256;
import demofusion.protocol.file.SafeFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.util.HexFormat;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings a file back from the store: into its job's folder, with the time at which it was last
 * changed, and only if it is what was stored, to the last bit.
 */
final class ResultFetcher {
  private static final Logger LOG = LoggerFactory.getLogger(ResultFetcher.class);
  private static final int BUFFER_BYTES = 1 << 16;

  private final ObjectStore store;
  private final ResultsObserver observer;

  ResultFetcher(ObjectStore store, ResultsObserver observer) {
    this.store = store;
    this.observer = observer;
  }

  /**
   * Waits for the network.
   *
   * @param file where it comes to lie
   * @throws DemofusionException UNAVAILABLE if the store does not answer now; STORAGE if it has
   *     something else, or nothing; NOT_FOUND if the job was removed meanwhile; DISK_FULL
   */
  void fetch(JobId job, StoredResults marker, StoredResults.Entry entry, Path file) {
    String what = entry.name() + " of job " + job;
    String key = marker.key(entry);
    try {
      fetch(marker.bucket(), key, entry, file);
    } catch (ObjectStoreException e) {
      throw failed(
          job,
          e.reason(),
          e.isRefusal()
              ? new DemofusionException(
                  FailureCode.STORAGE,
                  "%s is in the object store alone, as s3://%s/%s, and cannot be fetched: %s"
                      .formatted(what, marker.bucket(), key, e.reason()),
                  e)
              : new DemofusionException(
                  FailureCode.UNAVAILABLE,
                  what
                      + " is in the object store alone, which cannot be reached now; retry"
                      + " later",
                  e));
    } catch (DemofusionException e) {
      if (!Files.exists(file.resolveSibling(StoredResults.FILE))) {
        throw new DemofusionException(FailureCode.NOT_FOUND, "there is no job " + job, e);
      }
      throw failed(
          job,
          e.userMessage(),
          new DemofusionException(
              e.code() == FailureCode.DISK_FULL ? e.code() : FailureCode.UNAVAILABLE,
              what
                  + " is in the object store alone, and there is no room for it on the"
                  + " coordinator's disk, or it cannot be written there",
              e));
    }
    observer.fetched(entry.bytes());
    LOG.info(
        "event=results-fetched job={} file={} bytes={} from={}",
        job,
        entry.name(),
        entry.bytes(),
        marker.location());
  }

  private DemofusionException failed(JobId job, String reason, DemofusionException failure) {
    observer.fetchFailed();
    LOG.warn("event=results-fetch-failed job={} reason=\"{}\"", job, reason);
    return failure;
  }

  private void fetch(String bucket, String key, StoredResults.Entry entry, Path file) {
    try (InputStream in = store.get(bucket, key);
        SafeFile.Draft draft = SafeFile.Draft.begin(file)) {
      MessageDigest sha256 = Sha256.digest();
      byte[] buffer = new byte[BUFFER_BYTES];
      long bytes = 0;
      for (int count = read(in, buffer); count >= 0; count = read(in, buffer)) {
        bytes += count;
        if (bytes > entry.bytes()) {
          break; // it is another file, of any size
        }
        sha256.update(buffer, 0, count);
        write(draft, ByteBuffer.wrap(buffer, 0, count), file);
      }
      String came = HexFormat.of().formatHex(sha256.digest());
      if (bytes != entry.bytes() || !came.equals(entry.sha256())) {
        throw ObjectStoreException.refusal(
            "what is there is not the file that was stored, %s bytes with SHA-256 %s"
                .formatted(entry.bytes(), entry.sha256()));
      }
      draft.commit(FileTime.fromMillis(entry.modifiedMillis()));
    } catch (IOException e) {
      throw new ObjectStoreException("the answer could not be closed: " + SafeFile.reason(e));
    }
  }

  private static int read(InputStream in, byte[] buffer) {
    try {
      return in.read(buffer);
    } catch (IOException e) {
      throw new ObjectStoreException("the answer broke off: " + SafeFile.reason(e));
    }
  }

  private static void write(SafeFile.Draft draft, ByteBuffer bytes, Path file) {
    try {
      while (bytes.hasRemaining()) {
        draft.channel().write(bytes);
      }
    } catch (IOException e) {
      throw SafeFile.failure(file + " could not be written", e);
    }
  }
}
