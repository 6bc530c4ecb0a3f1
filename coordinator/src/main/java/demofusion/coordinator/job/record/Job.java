package demofusion.coordinator.job.record;

import demofusion.coordinator.job.record.JobRecord.Outcome;
import demofusion.coordinator.render.RenderProgress;
import demofusion.protocol.Backoff;
import demofusion.protocol.FailureCode;
import demofusion.protocol.JobId;
import demofusion.protocol.api.JobProgress;
import demofusion.protocol.api.JobState;
import demofusion.protocol.api.JobView;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * One job as the keeper has it in mind: what its folder holds of it, and what only matters while
 * this coordinator lives. Changed by the keeper alone.
 */
public final class Job {
  private JobRecord record;
  private JobState state;
  private @Nullable String reason;
  private @Nullable FailureCode code;
  private @Nullable JobProgress progress;
  private final TreeSet<Integer> previews = new TreeSet<>();
  private boolean hasImage;
  private boolean isComplete;
  private long bytes;
  private boolean isBroken;
  private Instant waitingSince;
  private Instant notBefore = Instant.MIN;
  private int pauses;
  private @Nullable Instant alone;
  private int phases;

  private Job(JobRecord record, JobState state, Instant waitingSince) {
    this.record = record;
    this.state = state;
    this.waitingSince = waitingSince;
  }

  public static Job of(JobRecord record, Instant now) {
    Job job = new Job(record, JobState.QUEUED, now);
    if (record.outcome() != null) {
      job.over(record);
    }
    return job;
  }

  /** A folder out of which no job can be made; it stays where it is, for people to look at. */
  static Job broken(JobRecord record) {
    Job job = of(record, record.submittedAt());
    job.isBroken = true;
    return job;
  }

  public JobId id() {
    return record.id();
  }

  public JobRecord record() {
    return record;
  }

  public JobState state() {
    return state;
  }

  public int priority() {
    return record.subject().priority();
  }

  public boolean isOver() {
    return state.isOver();
  }

  public boolean isBroken() {
    return isBroken;
  }

  /** Whether everything was done when its folder was last looked at. */
  public boolean isComplete() {
    return isComplete;
  }

  public @Nullable String reason() {
    return reason;
  }

  /** When it ended; long ago where that is not known. */
  public Instant endedAt() {
    Outcome outcome = record.outcome();
    return outcome == null ? Instant.EPOCH : outcome.endedAt();
  }

  /** Of its files, as last measured. */
  public long bytes() {
    return bytes;
  }

  /** What it will still write, roughly: at least one more checkpoint. */
  public long missingBytes() {
    long whole = record.needs().diskBytes();
    return Math.max(whole - bytes, whole / 4);
  }

  /** Its folder as it is now. */
  public void measured(FolderContents contents) {
    bytes = contents.bytes();
    hasImage = contents.hasImage();
    isComplete = contents.isComplete();
    previews.clear();
    previews.addAll(contents.previews());
  }

  public void replace(JobRecord newer) {
    record = newer;
  }

  /** Waits for its turn. */
  public void queue(Instant now) {
    state = JobState.QUEUED;
    reason = null;
    code = null;
    waitingSince = now;
  }

  /**
   * It waits.
   *
   * @param why it cannot go on; null if only its turn has not come
   * @return whether its state is another now
   */
  public boolean hold(@Nullable String why) {
    JobState before = state;
    state = why == null ? JobState.QUEUED : JobState.PAUSED;
    if (!Objects.equals(reason, why)) {
      code = null;
    }
    reason = why;
    return state != before;
  }

  /**
   * Its owner's budget has no room for it at present.
   *
   * @return whether its state is another now
   */
  public boolean holdForBudget(String why) {
    boolean isNew = state != JobState.QUEUED || !isOverBudget();
    state = JobState.QUEUED; // nothing is wrong: its turn comes with the next period
    reason = why;
    code = FailureCode.OVER_BUDGET;
    return isNew;
  }

  /** Whether it waits for its owner's next budget. */
  public boolean isOverBudget() {
    return code == FailureCode.OVER_BUDGET;
  }

  /** The disk was full under it: each time it waits longer before it tries again. */
  public void pause(String why, Instant now, Backoff backoff) {
    state = JobState.PAUSED;
    reason = why;
    code = FailureCode.DISK_FULL;
    waitingSince = now;
    notBefore = now.plus(backoff.after(pauses));
    pauses++;
  }

  /**
   * Guided views that workers have yet to predict: those of its plan, less the share that is done.
   * Zero for one that a full disk or a budget holds up, which no worker can help.
   */
  public double tilesLeft() {
    boolean canBeHelped = code != FailureCode.DISK_FULL && !isOverBudget();
    return isOver() || !canBeHelped ? 0 : tilesToDraw();
  }

  /** The same, of whatever holds it up. */
  public double tilesToDraw() {
    Double planned = record.needs().tiles();
    double all = planned == null ? roughTiles(record.subject()) : planned;
    return all * (1 - (progress == null ? 0 : progress.fraction()));
  }

  /** Windows of 512 pixels that touch each other at half their side, in every step. */
  private static double roughTiles(JobRecord.Subject subject) {
    double windows = (double) subject.width() * subject.height() / (256 * 256);
    return subject.steps() * Math.max(1, windows);
  }

  public boolean isDue(Instant now) {
    return !now.isBefore(notBefore);
  }

  public Duration waiting(Instant now) {
    return Duration.between(waitingSince, now);
  }

  public void start(JobRecord started) {
    record = started;
    state = JobState.RUNNING;
    reason = null;
    code = null;
  }

  /** How many phases it has, which its progress is told with. */
  public void planned(int count) {
    phases = count;
  }

  public void progress(RenderProgress latest) {
    pauses = 0;
    progress =
        new JobProgress(
            latest.phase().number(),
            phases,
            latest.timestep(),
            latest.timesteps(),
            latest.tilesDone(),
            latest.tiles(),
            latest.pictureTiles() == 0 ? 0 : latest.pictureTilesDone() / latest.pictureTiles(),
            latest.tilesPerSecond(),
            latest.secondsLeft());
  }

  /**
   * Whether a worker with its model is there while it runs.
   *
   * @return since when not; null if there is one
   */
  public @Nullable Instant alone(boolean isAlone, Instant now) {
    alone = isAlone ? alone == null ? now : alone : null;
    return alone;
  }

  public void previewed(int phase) {
    previews.add(phase);
  }

  public void over(JobRecord ended) {
    Outcome outcome = ended.outcome();
    if (outcome == null) {
      throw new IllegalArgumentException(ended.id() + " has not ended");
    }
    record = ended;
    state = outcome.state();
    reason = outcome.sentence();
    code = state == JobState.FAILED ? outcome.code() : null;
  }

  public void reopen(JobRecord reopened, Instant now) {
    record = reopened;
    isBroken = false;
    progress = null;
    pauses = 0;
    notBefore = Instant.MIN;
    queue(now);
  }

  public JobView view() {
    JobRecord.Subject subject = record.subject();
    Outcome outcome = record.outcome();
    return new JobView(
        record.id(),
        state,
        reason,
        code == null ? null : code.name(),
        record.owner(),
        subject.priority(),
        record.submittedAt(),
        record.startedAt(),
        outcome == null ? null : outcome.endedAt(),
        subject.prompt(),
        subject.width(),
        subject.height(),
        subject.steps(),
        subject.seed(),
        subject.model().name(),
        subject.model().hash(),
        progress,
        List.copyOf(previews),
        hasImage,
        outcome == null ? null : outcome.seconds(),
        outcome == null ? null : outcome.deviceSeconds(),
        outcome == null ? null : outcome.pictureSha256(),
        record.warnings());
  }
}
