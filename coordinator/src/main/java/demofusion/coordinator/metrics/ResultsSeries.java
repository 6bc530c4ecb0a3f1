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
}
