package demofusion.coordinator.http.compat;

import com.fasterxml.jackson.annotation.JsonProperty;
import demofusion.coordinator.job.JobProgress;
import demofusion.coordinator.job.JobState;
import demofusion.coordinator.job.JobView;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How far a request has come, in WebUI's words.
 *
 * @param progress of all its pictures, 0 to 1
 * @param etaSeconds until the last is there; 0 if not known
 * @param currentImage base64 of the newest preview; null if there is none
 */
record Progress(
    double progress,
    @JsonProperty("eta_relative") double etaSeconds,
    State state,
    @JsonProperty("current_image") @Nullable String currentImage,
    @Nullable String textinfo) {
  /**
   * Where WebUI's one machine would stand.
   *
   * @param job in words; empty: nothing is being drawn
   * @param jobCount pictures of the request
   * @param jobNumber of the one that is being drawn, from 0
   * @param step of all phases together
   */
  record State(
      boolean skipped,
      boolean interrupted,
      @JsonProperty("stopping_generation") boolean isStopping,
      String job,
      @JsonProperty("job_count") int jobCount,
      @JsonProperty("job_timestamp") String timestamp,
      @JsonProperty("job_no") int jobNumber,
      @JsonProperty("sampling_step") int step,
      @JsonProperty("sampling_steps") int steps) {}

  private static final State NOTHING = new State(false, false, false, "", 0, "0", 0, 0, 0);

  /**
   * @param jobs of one request, as they are now
   */
  static Progress of(List<JobView> jobs, Instant now) {
    Optional<JobView> current = current(jobs);
    if (current.isEmpty()) {
      return new Progress(0, 0, NOTHING, null, null);
    }
    double fraction = jobs.stream().mapToDouble(Progress::fraction).sum() / jobs.size();
    return new Progress(
        fraction, secondsLeft(jobs, current.get(), now), state(jobs, current.get()), null, null);
  }

  /** The first that is not over. */
  static Optional<JobView> current(List<JobView> jobs) {
    return jobs.stream().filter(job -> !job.state().isOver()).findFirst();
  }

  private static double fraction(JobView job) {
    JobProgress progress = job.progress();
    if (job.state().isOver()) {
      return 1;
    }
    return progress == null ? 0 : progress.fraction();
  }

  private static double secondsLeft(List<JobView> jobs, JobView current, Instant now) {
    JobProgress progress = current.progress();
    Instant start = current.startedAt();
    if (progress == null || start == null || progress.secondsLeft() <= 0) {
      return 0;
    }
    double whole = Duration.between(start, now).toMillis() / 1000.0 + progress.secondsLeft();
    long waiting = jobs.stream().filter(job -> job.state() == JobState.QUEUED).count();
    return progress.secondsLeft() + waiting * whole;
  }

  private static State state(List<JobView> jobs, JobView current) {
    JobProgress progress = current.progress();
    boolean isInterrupted = jobs.stream().anyMatch(job -> job.state() == JobState.CANCELLED);
    return new State(
        false,
        isInterrupted,
        false,
        current.id(),
        jobs.size(),
        GenerationInfo.TIMESTAMP.format(current.submittedAt()),
        jobs.indexOf(current),
        progress == null ? 0 : (progress.phase() - 1) * progress.timesteps() + progress.timestep(),
        progress == null ? 0 : progress.phases() * progress.timesteps());
  }

  Progress with(Optional<String> image) {
    return new Progress(progress, etaSeconds, state, image.orElse(null), textinfo);
  }
}
