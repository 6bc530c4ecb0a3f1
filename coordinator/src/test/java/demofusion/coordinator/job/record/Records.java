package demofusion.coordinator.job.record;

import demofusion.coordinator.dispatch.FakeWorker;
import demofusion.coordinator.job.record.JobRecord.Outcome;
import demofusion.protocol.JobId;
import demofusion.protocol.api.JobState;
import demofusion.protocol.model.ModelId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Jobs without folders, for the tests of decisions. */
public final class Records {
  public static final Instant NOW = TestClock.START;
  public static final ModelId TOY = ModelId.of(FakeWorker.CARD);

  private Records() {}

  public static JobRecord record(String id, int priority, long heapBytes, long diskBytes) {
    return new JobRecord(
        new JobId(id),
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

  public static Job waiting(String id, int priority) {
    return waiting(id, priority, 10, 10);
  }

  public static Job waiting(String id, int priority, long heapBytes, long diskBytes) {
    return Job.of(record(id, priority, heapBytes, diskBytes), NOW);
  }

  public static Job done(String id, Duration ago, long bytes, @Nullable Notification notice) {
    Outcome outcome =
        new Outcome(JobState.DONE, NOW.minus(ago), null, null, 1.0, 1.0, "0".repeat(64));
    JobRecord record =
        record(id, 0, 1, 1).over(outcome, notice == null ? List.of() : List.of(notice));
    Job job = Job.of(record, NOW);
    job.measured(new FolderContents(List.of(), true, true, bytes));
    return job;
  }

  public static List<String> ids(Iterable<Job> jobs) {
    List<String> ids = new ArrayList<>();
    jobs.forEach(job -> ids.add(job.id().value()));
    return ids;
  }
}
