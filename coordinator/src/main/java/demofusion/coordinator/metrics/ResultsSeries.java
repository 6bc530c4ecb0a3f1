package demofusion.coordinator.metrics;

import demofusion.coordinator.results.ResultsObserver;
import io.prometheus.client.Counter;
import io.prometheus.client.Gauge;

/** The series of finished pictures on their way to an object store. */
final class ResultsSeries implements ResultsObserver {
  private final Counter jobs;
  private final Counter files;
  private final Counter bytes;
  private final Counter failures;
  private final Counter removed;
  private final Gauge waiting;
  private final Counter fetchedFiles;
  private final Counter fetchedBytes;
  private final Counter fetchFailures;
  private final Counter copiesRemoved;

  ResultsSeries(Registrar at) {
    jobs = at.counter("results_stored_jobs_total", "Finished jobs whose results are stored.");
    files = at.counter("results_stored_files_total", "Files that the object store confirmed.");
    bytes = at.counter("results_stored_bytes_total", "Bytes that the object store confirmed.");
    failures =
        at.counter(
            "results_failures_total",
            "Attempts at storing or removing a job's results that failed; each is repeated.");
    removed = at.counter("results_removed_files_total", "Files removed from the object store.");
    waiting =
        at.gauge(
            "results_waiting_jobs", "Finished jobs whose results are not in the object store yet.");
    fetchedFiles =
        at.counter(
            "results_fetched_files_total", "Files fetched from the object store for readers.");
    fetchedBytes =
        at.counter(
            "results_fetched_bytes_total", "Bytes fetched from the object store for readers.");
    fetchFailures =
        at.counter(
            "results_fetch_failures_total",
            "Files that somebody wanted to read and that could not be fetched.");
    copiesRemoved =
        at.counter(
            "results_local_removed_bytes_total",
            "Bytes of local copies that were removed since the object store has them.");
  }

  @Override
  public void stored(int count, long size) {
    jobs.inc();
    files.inc(count);
    bytes.inc((double) size);
  }

  @Override
  public void failed() {
    failures.inc();
  }

  @Override
  public void waiting(int count) {
    waiting.set(count);
  }

  @Override
  public void removed(int count) {
    removed.inc(count);
  }

  @Override
  public void fetched(long size) {
    fetchedFiles.inc();
    fetchedBytes.inc((double) size);
  }

  @Override
  public void fetchFailed() {
    fetchFailures.inc();
  }

  @Override
  public void copiesRemoved(int count, long size) {
    copiesRemoved.inc((double) size);
  }
}
