package demofusion.deploy.client;

import demofusion.protocol.api.JobEvent;
import demofusion.protocol.api.JobProgress;
import demofusion.protocol.api.JobState;
import demofusion.protocol.api.JobView;
import demofusion.protocol.api.JobViews;
import demofusion.protocol.api.WorkerView;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Jobs and workers for tests. */
public final class FarmValues {
  /** What stands for a picture. */
  public static final byte[] PICTURE =
      "a picture, as far as anyone can tell".getBytes(StandardCharsets.UTF_8);

  private FarmValues() {}

  public static JobView job(String id, JobState state, String prompt, Instant submittedAt) {
    boolean isDone = state == JobState.DONE;
    boolean isFailed = state == JobState.FAILED;
    return JobViews.of(id, submittedAt)
        .of("local", prompt)
        .in(state)
        .because(
            isFailed ? "every worker ran out of memory" : null, isFailed ? "OUT_OF_MEMORY" : null)
        .drawing(1024, 768, 50, 7)
        .by("miniature", "0123456789abcdef")
        .at(state == JobState.RUNNING ? progress(1, 3) : null)
        .with(isDone ? List.of(1) : List.of(), isDone)
        .took(isDone ? 12.5 : null, null, isDone ? sha256(PICTURE) : null)
        .view();
  }

  /** The same job with what holds it up. */
  public static JobView withReason(String reason, JobView job) {
    return JobViews.like(job).because(reason, job.code()).view();
  }

  public static JobProgress progress(int phase, int timestep) {
    return new JobProgress(phase, 2, timestep, 50, 2, 8, 0.25, 1.5, 90);
  }

  public static JobEvent state(JobView job) {
    return new JobEvent(JobEvent.Kind.STATE, job, null, null);
  }

  public static WorkerView worker(String name, WorkerView.State state, @Nullable String reason) {
    return new WorkerView(
        name,
        state,
        reason,
        "miniature",
        "0123456789abcdef",
        "float32",
        "cpu",
        64,
        2,
        4,
        3,
        120,
        0,
        1.5,
        null,
        null,
        Instant.parse("2026-11-23T08:00:00Z"));
  }

  public static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
