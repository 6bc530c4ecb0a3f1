package demofusion.coordinator.http.compat;

import com.fasterxml.jackson.annotation.JsonProperty;
import demofusion.protocol.api.JobProgress;
import demofusion.protocol.api.JobState;
import demofusion.protocol.api.JobView;
import demofusion.protocol.api.Schema;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** How far a request has come, in WebUI's words. */
@Schema(name = "Progress")
record ProgressView(
    @Schema(value = "Of all its pictures.", rules = "minimum: 0, maximum: 1") double progress,
    @JsonProperty("eta_relative") @Schema("Seconds until the last is there; 0 if not known.")
        double etaSeconds,
    State state,
    @JsonProperty("current_image") @Schema("Base64 of the newest preview of at most 4 MiB.")
        @Nullable String currentImage,
    @Nullable String textinfo,
    @JsonProperty("demofusion_jobs") @Schema("The ids of the request's jobs in /v1/jobs.")
        List<String> jobs) {
  ProgressView {
    jobs = List.copyOf(jobs);
  }

  /** Where WebUI's one machine would stand. */
  @Schema(name = "ProgressState")
  record State(
      boolean skipped,
      boolean interrupted,
      @JsonProperty("stopping_generation") boolean isStopping,
      @Schema("The job's id in /v1/jobs; empty: nothing is being drawn.") String job,
      @JsonProperty("job_count") @Schema("Pictures of the request.") int jobCount,
      @JsonProperty("job_timestamp") String timestamp,
      @JsonProperty("job_no") @Schema("Of the one that is being drawn, from 0.") int jobNumber,
      @JsonProperty("sampling_step") @Schema("Of all phases together.") int step,
      @JsonProperty("sampling_steps") int steps) {}

  private static final State NOTHING = new State(false, false, false, "", 0, "0", 0, 0, 0);

  /**
   * @param jobs of one request, as they are now
   */
  static ProgressView of(List<JobView> jobs, Instant now) {
    Optional<JobView> current = current(jobs);
    if (current.isEmpty()) {
      return new ProgressView(0, 0, NOTHING, null, null, List.of());
    }
    double fraction = jobs.stream().mapToDouble(ProgressView::fraction).sum() / jobs.size();
    return new ProgressView(
        fraction,
        secondsLeft(jobs, current.get(), now),
        state(jobs, current.get()),
        null,
        null,
        jobs.stream().map(job -> job.id().value()).toList());
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
        current.id().value(),
        jobs.size(),
        GenerationInfo.TIMESTAMP.format(current.submittedAt()),
        jobs.indexOf(current),
        progress == null ? 0 : (progress.phase() - 1) * progress.timesteps() + progress.timestep(),
        progress == null ? 0 : progress.phases() * progress.timesteps());
  }

  ProgressView with(Optional<String> image) {
    return new ProgressView(progress, etaSeconds, state, image.orElse(null), textinfo, jobs);
  }
}
