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
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps an object store up with the finished pictures of a data folder, on a thread of its own:
 * whatever is done and not there is sent, and tried again until the store has it, also after a
 * restart. A store that is down holds up nothing but what is sent to it.
 */
public final class Results implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Results.class);
  private static final Duration TO_END = Duration.ofSeconds(5);
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
  private final ScheduledExecutorService thread;

  private Results(ObjectStore store, ResultsUploader uploader, ScheduledExecutorService thread) {
    this.store = store;
    this.uploader = uploader;
    this.thread = thread;
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
    ScheduledExecutorService thread =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread made = new Thread(task, "results");
              made.setDaemon(true);
              return made;
            });
    Results results = new Results(store, uploader, thread);
    var unused =
        thread.scheduleWithFixedDelay(
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
    } catch (RuntimeException e) {
      LOG.error("event=results-look-failed", e);
    }
  }

  /** Breaks off what is being sent: it is sent again after the next start. */
  @Override
  public void close() {
    uploader.close();
    thread.shutdownNow();
    try {
      if (!thread.awaitTermination(TO_END.toMillis(), TimeUnit.MILLISECONDS)) {
        LOG.info("event=results-broken-off");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    store.close();
  }
}
