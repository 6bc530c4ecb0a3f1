package demofusion.coordinator.results;

import demofusion.coordinator.store.DataFolder;
import demofusion.coordinator.store.StoredResults;
import demofusion.protocol.Backoff;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.JobId;
import demofusion.protocol.file.SafeFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends what is finished, and removes what was removed: one look at the data folder at a time, on
 * one thread. After a failure nothing is sent for a while; then those jobs come first that failed
 * least, so that one that cannot be sent holds up no other.
 */
final class ResultsUploader {
  private static final Logger LOG = LoggerFactory.getLogger(ResultsUploader.class);

  private final DataFolder data;
  private final FinishedJobs finished;
  private final ObjectStore store;
  private final ResultsSettings settings;
  private final Backoff backoff;
  private final InstantSource clock;
  private final Map<JobId, Integer> failures = new HashMap<>();
  private volatile ResultsObserver observer = ResultsObserver.NONE;
  private volatile boolean isClosed;
  private int failuresInARow;
  private Instant notBefore = Instant.MIN;

  ResultsUploader(
      DataFolder data,
      ObjectStore store,
      ResultsSettings settings,
      Backoff backoff,
      InstantSource clock) {
    this.data = data;
    this.finished = new FinishedJobs(data);
    this.store = store;
    this.settings = settings;
    this.backoff = backoff;
    this.clock = clock;
  }

  void observedBy(ResultsObserver listener) {
    observer = listener;
  }

  /** Nothing is written into the data folder from now on. */
  void close() {
    isClosed = true;
  }

  /** One look: does what there is to do, unless it is too early after a failure. */
  void look() {
    List<JobId> waiting = new ArrayList<>(finished.waiting());
    observer.waiting(waiting.size());
    if (clock.instant().isBefore(notBefore)) {
      return;
    }
    failures.keySet().retainAll(waiting);
    waiting.sort(Comparator.comparing(job -> failures.getOrDefault(job, 0)));
    int left = waiting.size();
    for (JobId job : waiting) {
      if (isClosed || !attempt(job, () -> send(job))) {
        return;
      }
      observer.waiting(--left);
    }
    for (JobId job : data.removedResults()) {
      if (isClosed || !attempt(job, () -> remove(job))) {
        return;
      }
    }
  }

  private interface Attempt {
    void run() throws IOException;
  }

  /**
   * @return whether the store did what it was asked for
   */
  private boolean attempt(JobId job, Attempt attempt) {
    try {
      attempt.run();
      failuresInARow = 0;
      failures.remove(job);
      return true;
    } catch (ObjectStoreException e) {
      failed(job, e.reason(), e);
    } catch (IOException e) {
      failed(job, SafeFile.reason(e), e);
    } catch (DemofusionException e) {
      failed(job, e.userMessage(), e);
    }
    return false;
  }

  private void failed(JobId job, String reason, Exception failure) {
    if (isClosed) {
      return; // it was broken off
    }
    Duration pause = backoff.after(failuresInARow++);
    notBefore = clock.instant().plus(pause);
    failures.merge(job, 1, Integer::sum);
    observer.failed();
    LOG.warn(
        "event=results-failed job={} attempts={} again-seconds={} reason=\"{}\"",
        job,
        failures.get(job),
        pause.toSeconds(),
        reason);
    LOG.debug("event=results-failed job={}", job, failure);
  }

  private void send(JobId job) throws IOException {
    Path folder = data.job(job);
    try {
      send(job, folder);
    } catch (IOException | DemofusionException | ObjectStoreException e) {
      if (Files.exists(folder)) {
        throw e;
      }
      // It was removed meanwhile: what it left in the store is removed as well.
    }
  }

  private void send(JobId job, Path folder) throws IOException {
    List<FileDigest> digests = new ArrayList<>();
    List<StoredResults.Entry> entries = new ArrayList<>();
    for (Path file : FinishedJobs.results(folder)) {
      FileDigest digest = FileDigest.of(file);
      digests.add(digest);
      entries.add(
          new StoredResults.Entry(
              file.getFileName().toString(),
              digest.bytes(),
              digest.sha256(),
              Files.getLastModifiedTime(file).toMillis()));
    }
    StoredResults marker = marker(job, folder, entries);
    marker.write(folder);
    for (int n = 0; n < entries.size(); n++) {
      StoredResults.Entry entry = entries.get(n);
      store.put(marker.bucket(), marker.key(entry), folder.resolve(entry.name()), digests.get(n));
    }
    if (isClosed) {
      return; // the folder may be another coordinator's by now; it will send all of it again
    }
    marker.confirmed(clock.instant()).write(folder);
    observer.stored(entries.size(), marker.bytes());
    LOG.info(
        "event=results-stored job={} files={} bytes={} to={}",
        job,
        entries.size(),
        marker.bytes(),
        marker.location());
  }

  /** What was begun elsewhere is finished there, so that nothing of it is forgotten. */
  private StoredResults marker(JobId job, Path folder, List<StoredResults.Entry> entries) {
    return StoredResults.read(folder)
        .map(begun -> new StoredResults(begun.bucket(), begun.prefix(), null, entries))
        .orElseGet(
            () ->
                new StoredResults(settings.bucket(), settings.prefix() + job + "/", null, entries));
  }

  private void remove(JobId job) {
    StoredResults marker = data.removedResults(job).orElse(null);
    if (marker == null) {
      return;
    }
    for (StoredResults.Entry entry : marker.files()) {
      store.delete(marker.bucket(), marker.key(entry));
    }
    if (isClosed) {
      return;
    }
    data.forgetResults(job);
    observer.removed(marker.files().size());
    LOG.info(
        "event=results-removed job={} files={} from={}",
        job,
        marker.files().size(),
        marker.location());
  }
}
