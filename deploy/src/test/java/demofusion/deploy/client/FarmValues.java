package demofusion.deploy.client;

import demofusion.coordinator.job.JobEvent;
import demofusion.coordinator.job.JobProgress;
import demofusion.coordinator.job.JobState;
import demofusion.coordinator.job.JobView;
import demofusion.coordinator.render.WorkerView;
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
    return new JobView(
        id,
        state,
        state == JobState.FAILED ? "every worker ran out of memory" : null,
        state == JobState.FAILED ? "OUT_OF_MEMORY" : null,
        "local",
        0,
        submittedAt,
        null,
        null,
        prompt,
        1024,
        768,
        50,
        7,
        "miniature",
        "0123456789abcdef",
        state == JobState.RUNNING ? progress(1, 3) : null,
        isDone ? List.of(1) : List.of(),
        isDone,
        isDone ? 12.5 : null,
        null,
        isDone ? sha256(PICTURE) : null);
  }

  /** The same job with what holds it up. */
  public static JobView withReason(String reason, JobView job) {
    return new JobView(
        job.id(),
        job.state(),
        reason,
        job.code(),
        job.owner(),
        job.priority(),
        job.submittedAt(),
        job.startedAt(),
        job.endedAt(),
        job.prompt(),
        job.width(),
        job.height(),
        job.steps(),
        job.seed(),
        job.model(),
        job.modelHash(),
        job.progress(),
        job.previews(),
        job.hasImage(),
        job.seconds(),
        job.deviceSeconds(),
        job.pictureSha256());
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
