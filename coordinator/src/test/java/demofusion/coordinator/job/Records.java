package demofusion.coordinator.job;

import demofusion.coordinator.job.JobRecord.Outcome;
import demofusion.coordinator.render.FakeWorker;
import demofusion.coordinator.store.RenderRequest.ModelName;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Jobs without folders, for the tests of decisions. */
final class Records {
  static final Instant NOW = TestClock.START;
  static final ModelName TOY = ModelName.of(FakeWorker.CARD);

  private Records() {}

  static JobRecord record(String id, int priority, long heapBytes, long diskBytes) {
    return new JobRecord(
        id,
        "ada",
        NOW,
        new JobRecord.Subject("a lighthouse", 64, 64, 4, 7, priority, TOY),
        new JobRecord.Needs(heapBytes, diskBytes),
        null,
        null,
        null,
        null,
        List.of());
  }

  static Job waiting(String id, int priority) {
    return waiting(id, priority, 10, 10);
  }

  static Job waiting(String id, int priority, long heapBytes, long diskBytes) {
    return Job.of(record(id, priority, heapBytes, diskBytes), NOW);
  }

  static Job done(String id, Duration ago, long bytes, @Nullable Notice notice) {
    Outcome outcome =
        new Outcome(JobState.DONE, NOW.minus(ago), null, null, 1.0, 1.0, "0".repeat(64));
    JobRecord record =
        record(id, 0, 1, 1).over(outcome, notice == null ? List.of() : List.of(notice));
    Job job = Job.of(record, NOW);
    job.measured(new FolderContents(List.of(), true, true, bytes));
    return job;
  }

  static List<String> ids(Iterable<Job> jobs) {
    List<String> ids = new ArrayList<>();
    jobs.forEach(job -> ids.add(job.record().id()));
    return ids;
  }
}
