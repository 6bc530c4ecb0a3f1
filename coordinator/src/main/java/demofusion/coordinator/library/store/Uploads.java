package demofusion.coordinator.library.store;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.FailureCode;
import demofusion.protocol.api.NewStoredFile;
import demofusion.protocol.api.StoredConfig;
import demofusion.protocol.api.StoredFile;
import demofusion.protocol.api.UploadView;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Files on their way into the store, by their hashes. What comes in pieces goes on where it ended,
 * after any crash; what has come is read as a whole, and becomes a file of the store or nothing.
 */
public final class Uploads {
  private static final Logger LOG = LoggerFactory.getLogger(Uploads.class);
  private static final Duration FORGOTTEN = Duration.ofDays(7);
  private static final int MOST_REFUSALS = 100;

  private final ModelStore store;
  private final StoreFolder folder;
  private final StoreLimits limits;
  private final Executor checking;
  private final InstantSource clock;
  private final Map<String, Upload> begun = new HashMap<>();
  private final Map<String, UploadView> refused =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, UploadView> eldest) {
          return size() > MOST_REFUSALS;
        }
      };

  Uploads(
      ModelStore store,
      StoreFolder folder,
      StoreLimits limits,
      Executor checking,
      InstantSource clock) {
    this.store = store;
    this.folder = folder;
    this.limits = limits;
    this.checking = checking;
    this.clock = clock;
  }

  /** Those that an earlier coordinator began. */
  synchronized void takeUp(List<Upload> earlier) {
    earlier.forEach(upload -> begun.put(upload.file().hash(), upload));
    forgetOld();
    List.copyOf(begun.values()).forEach(this::checkIfWhole);
  }

  /**
   * A file will be uploaded, or goes on being uploaded, or is there already.
   *
   * @throws DemofusionException BAD_REQUEST if it cannot be; CONFLICT if the name is another
   *     file's; TOO_MUCH if there is no room
   */
  public synchronized UploadView announce(NewStoredFile file) {
    FileNames.requireName(file.name());
    FileNames.requireHash(file.hash());
    StoredFile there = store.own(file.hash()).orElse(null);
    if (there != null) {
      return stored(there);
    }
    if (file.bytes() < 1 || file.bytes() > limits.fileBytes()) {
      throw DemofusionException.badRequest(
          "a file of %s bytes must have between 1 and %s (--limit-model-file of the coordinator)"
              .formatted(file.bytes(), limits.fileBytes()));
    }
    store.requireFree(file.name());
    Upload known = begun.get(file.hash());
    if (known != null && known.file().equals(file)) {
      return known.view();
    }
    if (known != null && known.file().bytes() == file.bytes()) {
      Upload renamed = folder.rename(known, file);
      begun.put(file.hash(), renamed);
      return renamed.view();
    }
    if (known != null) {
      forget(known); // it was announced otherwise, and never was this file
    }
    forgetOld();
    requireRoom(file.bytes());
    Upload upload = folder.begin(file);
    begun.put(file.hash(), upload);
    refused.remove(file.hash());
    LOG.info(
        "event=model-upload-begun name=\"{}\" hash={} bytes={}",
        file.name(),
        file.hash(),
        file.bytes());
    return upload.view();
  }

  private void requireRoom(long bytes) {
    long announced = begun.values().stream().mapToLong(each -> each.file().bytes()).sum();
    long taken = store.bytes() + announced;
    if (bytes > limits.totalBytes() - taken) {
      throw new DemofusionException(
          FailureCode.TOO_MUCH,
          ("%s of the store's %s bytes are taken, so %s more do not fit: remove files with"
                  + " demofusion models remove, or raise --limit-models of the coordinator")
              .formatted(taken, limits.totalBytes(), bytes));
    }
    folder.requireSpace(bytes);
  }

  private void forgetOld() {
    Instant since = clock.instant().minus(FORGOTTEN);
    begun.values().stream()
        .filter(upload -> upload.lastChange().isBefore(since))
        .toList()
        .forEach(this::forget);
  }

  private void forget(Upload upload) {
    begun.remove(upload.file().hash());
    folder.discard(upload);
  }

  /**
   * How an upload stands.
   *
   * @throws DemofusionException NOT_FOUND if there is none
   */
  public UploadView find(String hash) {
    Upload upload = upload(hash);
    if (upload != null) {
      checkIfWhole(upload);
      return upload.view();
    }
    StoredFile there = store.own(hash).orElse(null);
    if (there != null) {
      return stored(there);
    }
    UploadView refusal = refusal(hash);
    if (refusal == null) {
      throw none(hash);
    }
    return refusal;
  }

  private synchronized @Nullable Upload upload(String hash) {
    return begun.get(hash);
  }

  private synchronized @Nullable UploadView refusal(String hash) {
    return refused.get(hash);
  }

  private static UploadView stored(StoredFile file) {
    return new UploadView(
        file.hash(), file.name(), file.bytes(), file.bytes(), UploadView.State.STORED, null, file);
  }

  private static DemofusionException none(String hash) {
    return new DemofusionException(
        FailureCode.NOT_FOUND,
        "there is no upload \"" + FileNames.shown(hash) + "\"; POST /v1/models/uploads begins one");
  }

  /** One request that brings bytes, from one thread at a time. */
  public interface Writer extends AutoCloseable {
    /**
     * @throws DemofusionException CONFLICT if somebody else sends by now; BAD_REQUEST if it is more
     *     than was announced; STORAGE or DISK_FULL
     */
    void append(ByteBuffer bytes);

    /** What has come stays, and is read if it is all. */
    @Override
    void close();
  }

  /**
   * Lets an upload go on.
   *
   * @param from bytes that have come
   * @throws DemofusionException NOT_FOUND if there is none; CONFLICT if it did not end there
   */
  public Writer write(String hash, long from) {
    Upload upload = upload(hash);
    if (upload == null) {
      throw none(hash);
    }
    Upload.Appending appending = upload.write(from);
    return new Writer() {
      @Override
      public void append(ByteBuffer bytes) {
        int count = bytes.remaining();
        appending.append(bytes);
        store.observer().received(count);
      }

      @Override
      public void close() {
        appending.close();
        checkIfWhole(upload);
      }
    };
  }

  /**
   * Keeps configurations with the checkpoint that an upload will be.
   *
   * @throws DemofusionException NOT_FOUND if there is none; BAD_REQUEST if they are none
   */
  public synchronized UploadView describe(String hash, StoredConfig config) {
    Upload upload = begun.get(hash);
    if (upload == null) {
      throw none(hash);
    }
    ConfigNames.require(config);
    folder.writeComingConfig(hash, config);
    return upload.view();
  }

  /**
   * Ends an upload; nothing is left of it.
   *
   * @throws DemofusionException NOT_FOUND if there is none
   */
  public synchronized void cancel(String hash) {
    Upload upload = begun.get(hash);
    if (upload == null) {
      throw none(hash);
    }
    forget(upload);
  }

  private void checkIfWhole(Upload upload) {
    if (upload.beginCheck()) {
      checking.execute(() -> check(upload));
    }
  }

  private void check(Upload upload) {
    NewStoredFile file = upload.file();
    try {
      Entry entry = WholeFile.check(file, upload.part(), clock.instant());
      finish(upload, entry);
    } catch (DemofusionException e) {
      if (e.code().band() == FailureCode.Band.INTERNAL) {
        LOG.warn("event=model-upload-unread hash={} sentence=\"{}\"", file.hash(), e.userMessage());
        upload.endCheck();
      } else {
        refuse(upload, e.userMessage());
      }
    } catch (RuntimeException e) {
      LOG.error("event=model-upload-failed hash={}", file.hash(), e);
      upload.endCheck();
    }
  }

  private synchronized void finish(Upload upload, Entry entry) {
    if (begun.get(entry.hash()) != upload) {
      return; // it was cancelled meanwhile
    }
    store.requireFree(entry.name());
    try {
      folder.keep(upload);
      store.add(entry);
    } catch (RuntimeException e) {
      unkeep(upload, e);
      throw e;
    }
    begun.remove(entry.hash());
    folder.discard(upload);
  }

  /** All of it has come: it becomes a file when the disk has room for the entry. */
  private void unkeep(Upload upload, RuntimeException failure) {
    try {
      folder.unkeep(upload);
    } catch (DemofusionException e) {
      failure.addSuppressed(e); // the next start takes it up
    }
  }

  private synchronized void refuse(Upload upload, String sentence) {
    NewStoredFile file = upload.file();
    if (begun.get(file.hash()) != upload) {
      return; // it was cancelled meanwhile, and may have begun anew
    }
    LOG.warn("event=model-upload-refused hash={} sentence=\"{}\"", file.hash(), sentence);
    forget(upload);
    refused.put(
        file.hash(),
        new UploadView(
            file.hash(), file.name(), file.bytes(), 0, UploadView.State.REFUSED, sentence, null));
    store.observer().refused();
  }
}
