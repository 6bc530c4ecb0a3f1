package demofusion.protocol.api;

import demofusion.protocol.JobId;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes job views for tests: with what every job has, or another one with something changed. */
public final class JobViews {
  private final JobId id;
  private final Instant submittedAt;
  private String prompt = "a fox";
  private String owner = JobView.LOCAL;
  private JobState state = JobState.QUEUED;
  private @Nullable String reason;
  private @Nullable String code;
  private int priority;
  private @Nullable Instant startedAt;
  private @Nullable Instant endedAt;
  private int width = 2048;
  private int height = 1536;
  private int steps = 50;
  private long seed = 42;
  private String model = "sdxl";
  private String modelHash = "0123456789abcdef";
  private @Nullable JobProgress progress;
  private List<Integer> previews = List.of();
  private boolean hasImage;
  private @Nullable Double seconds;
  private @Nullable Double deviceSeconds;
  private @Nullable String pictureSha256;
  private List<String> warnings = List.of();

  private JobViews(JobId id, Instant submittedAt) {
    this.id = id;
    this.submittedAt = submittedAt;
  }

  public static JobViews of(String id, Instant submittedAt) {
    return new JobViews(new JobId(id), submittedAt);
  }

  /** Like that job. */
  public static JobViews like(JobView job) {
    return of(job.id().value(), job.submittedAt())
        .of(job.owner(), job.prompt())
        .in(job.state())
        .because(job.reason(), job.code())
        .withPriority(job.priority())
        .between(job.startedAt(), job.endedAt())
        .drawing(job.width(), job.height(), job.steps(), job.seed())
        .by(job.model(), job.modelHash())
        .at(job.progress())
        .with(job.previews(), job.hasImage())
        .took(job.seconds(), job.deviceSeconds(), job.pictureSha256());
  }

  public JobViews of(String newOwner, String newPrompt) {
    owner = newOwner;
    prompt = newPrompt;
    return this;
  }

  /** In this state, and with a picture where that says so. */
  public JobViews in(JobState newState) {
    state = newState;
    hasImage = newState == JobState.DONE;
    return this;
  }

  public JobViews because(@Nullable String newReason, @Nullable String newCode) {
    reason = newReason;
    code = newCode;
    return this;
  }

  public JobViews withPriority(int newPriority) {
    priority = newPriority;
    return this;
  }

  public JobViews between(@Nullable Instant start, @Nullable Instant end) {
    startedAt = start;
    endedAt = end;
    return this;
  }

  public JobViews drawing(int newWidth, int newHeight, int newSteps, long newSeed) {
    width = newWidth;
    height = newHeight;
    steps = newSteps;
    seed = newSeed;
    return this;
  }

  public JobViews by(String newModel, String newHash) {
    model = newModel;
    modelHash = newHash;
    return this;
  }

  public JobViews at(@Nullable JobProgress newProgress) {
    progress = newProgress;
    return this;
  }

  public JobViews with(List<Integer> newPreviews, boolean isThere) {
    previews = newPreviews;
    hasImage = isThere;
    return this;
  }

  public JobViews took(
      @Nullable Double whole, @Nullable Double ofDevices, @Nullable String sha256) {
    seconds = whole;
    deviceSeconds = ofDevices;
    pictureSha256 = sha256;
    return this;
  }

  public JobViews warning(String... sentences) {
    warnings = List.of(sentences);
    return this;
  }

  public JobView view() {
    return new JobView(
        id,
        state,
        reason,
        code,
        owner,
        priority,
        submittedAt,
        startedAt,
        endedAt,
        prompt,
        width,
        height,
        steps,
        seed,
        model,
        modelHash,
        progress,
        previews,
        hasImage,
        seconds,
        deviceSeconds,
        pictureSha256,
        warnings);
  }
}
