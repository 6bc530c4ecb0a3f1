package demofusion.coordinator.results;

import demofusion.coordinator.store.DataFolder;
import demofusion.protocol.Backoff;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.file.SafeFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps an object store up with the finished pictures of a data folder, on a thread of its own:
 * whatever is done and not there is sent, and tried again until the store has it, also after a
 * restart. A store that is down holds up nothing but what is sent to it or fetched from it.
 */
public final class Results implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Results.class);
  private static final Duration TO_END = Duration.ofSeconds(5);

  /** At once: of one picture each, which a network is mostly filled by. */
  private static final int FETCHES = 4;

  private static final String PROBE = ".demofusion-check";

  /**
   * @param look between two looks at the data folder
   * @param backoff after failures of the store
   */
  record Pace(Duration look, Backoff backoff) {
    static final Pace REAL =
        new Pace(Duration.ofSeconds(5), new Backoff(Duration.ofSeconds(5), Duration.ofMinutes(5)));
  }

  private final ObjectStore store;
  private final ResultsUploader uploader;
  private final LocalCopies copies;
  private final @Nullable Duration keepLocal;
  private final ScheduledExecutorService thread;
  private final ExecutorService fetching;

  private Results(
      ResultsSettings settings,
      ObjectStore store,
      ResultsUploader uploader,
      DataFolder data,
      InstantSource clock,
      ResultsObserver observer) {
    this.store = store;
    this.uploader = uploader;
    this.keepLocal = settings.keepLocal();
    this.thread = Executors.newSingleThreadScheduledExecutor(task -> daemon(task, "results"));
    this.fetching = Executors.newFixedThreadPool(FETCHES, task -> daemon(task, "results-fetching"));
    this.copies = new LocalCopies(data, store, fetching, thread, clock, observer);
  }

  private static Thread daemon(Runnable task, String name) {
    Thread made = new Thread(task, name);
    made.setDaemon(true);
    return made;
  }

  /**
   * Begins, when it is known that the bucket can be written. A store that does not answer at all is
   * waited for: jobs go on meanwhile.
   *
   * @param data stays its caller's, who closes it after this
   * @throws DemofusionException BAD_REQUEST, in one sentence, if the store refuses
   */
  public static Results start(
      ResultsSettings settings, DataFolder data, InstantSource clock, ResultsObserver observer) {
    return start(settings, data, clock, observer, Pace.REAL);
  }

  static Results start(
      ResultsSettings settings,
      DataFolder data,
      InstantSource clock,
      ResultsObserver observer,
      Pace pace) {
    ObjectStore store = S3Store.open(settings);
    try {
      check(store, settings, data.path());
    } catch (DemofusionException e) {
      store.close();
      throw e;
    }
    ResultsUploader uploader = new ResultsUploader(data, store, settings, pace.backoff(), clock);
    uploader.observedBy(observer);
    Results results = new Results(settings, store, uploader, data, clock, observer);
    var unused =
        results.thread.scheduleWithFixedDelay(
            results::look, 0, pace.look().toMillis(), TimeUnit.MILLISECONDS);
    LOG.info("event=results-ready to={}", settings.location());
    return results;
  }

  /** Writes a small object and removes it. */
  private static void check(ObjectStore store, ResultsSettings settings, Path data) {
    String key = settings.prefix() + PROBE;
    Path file = data.resolve(PROBE);
    try {
      SafeFile.write(file, "written at a coordinator's start\n".getBytes(StandardCharsets.UTF_8));
      store.put(settings.bucket(), key, file, FileDigest.of(file));
      store.delete(settings.bucket(), key);
    } catch (ObjectStoreException e) {
      if (e.isRefusal()) {
        throw DemofusionException.badRequest(
            "%s cannot be written: %s; the bucket must exist, and these credentials may put, get and delete objects in it"
                .formatted(settings.location(), e.reason()));
      }
      LOG.warn("event=results-unreachable to={} reason=\"{}\"", settings.location(), e.reason());
    } catch (IOException e) {
      throw SafeFile.failure(file + " cannot be read", e);
    } finally {
      delete(file);
    }
  }

  private static void delete(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      LOG.warn("event=discard-failed folder={}", file, e);
    }
  }

  /** Never throws, or it would not be called again. */
  private void look() {
    try {
      uploader.look();
      copies.look(keepLocal);
    } catch (RuntimeException e) {
      LOG.error("event=results-look-failed", e);
    }
  }

  /** What readers ask, who need not know where a file is. */
  public ResultFiles files() {
    return copies;
  }

  /** Breaks off what is being sent or fetched: it is sent again after the next start. */
  @Override
  public void close() {
    uploader.close();
    thread.shutdownNow();
    fetching.shutdownNow();
    try {
      if (!thread.awaitTermination(TO_END.toMillis(), TimeUnit.MILLISECONDS)
          || !fetching.awaitTermination(TO_END.toMillis(), TimeUnit.MILLISECONDS)) {
        LOG.info("event=results-broken-off");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    store.close();
  }
}
