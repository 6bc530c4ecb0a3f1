package demofusion.deploy.command.farm;

import demofusion.deploy.command.option.CliConventions;
import demofusion.deploy.terminal.Durations;
import demofusion.deploy.terminal.Printable;
import demofusion.deploy.terminal.TextWidth;
import demofusion.protocol.FailureCode;
import demofusion.protocol.api.JobProgress;
import demofusion.protocol.api.JobState;
import demofusion.protocol.api.JobView;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Jobs in words. */
final class JobText {
  private static final String NOTHING = "-";
  private static final DateTimeFormatter MOMENT = DateTimeFormatter.ISO_OFFSET_DATE_TIME;

  private JobText() {}

  /** How far it is: 42 %. */
  static String progress(JobView job) {
    if (job.state() == JobState.DONE) {
      return "100 %";
    }
    JobProgress progress = job.progress();
    return progress == null
        ? NOTHING
        : String.format(Locale.ROOT, "%d %%", (int) (100 * progress.fraction()));
  }

  /** When it will be done, as a clock; what it took, where it is. */
  static String timeLeft(JobView job) {
    JobProgress progress = job.progress();
    return job.state() == JobState.RUNNING && progress != null && progress.secondsLeft() > 0
        ? Durations.clock(progress.secondsLeft())
        : NOTHING;
  }

  static String size(JobView job) {
    return job.width() + "x" + job.height();
  }

  /** Why there is no picture. */
  static String failure(JobView job) {
    return job.state() == JobState.CANCELLED
        ? job.id() + " was cancelled; to resume it: demofusion retry " + job.id()
        : job.id()
            + " failed: "
            + (job.reason() == null ? "the farm gave no reason" : job.reason())
            + "; to retry: demofusion retry "
            + job.id();
  }

  /** The code of a command that waited for a job that is over. */
  static int exitCode(JobView job) {
    if (job.state() == JobState.DONE) {
      return CliConventions.OK;
    }
    return job.state() == JobState.FAILED && isTheUsers(job.code())
        ? CliConventions.REFUSED
        : CliConventions.FAILED;
  }

  private static boolean isTheUsers(@Nullable String code) {
    for (FailureCode known : FailureCode.values()) {
      if (known.name().equals(code)) {
        return known.band() == FailureCode.Band.USER;
      }
    }
    return false;
  }

  /** Everything about a job, a line for each thing. */
  static List<String> description(JobView job) {
    List<String> lines = new ArrayList<>();
    line(lines, "id", job.id());
    line(lines, "state", job.reason() == null ? job.state() : job.state() + ": " + job.reason());
    line(lines, "prompt", job.prompt());
    line(lines, "size", size(job));
    line(lines, "steps", job.steps());
    line(lines, "seed", job.seed());
    line(lines, "model", job.model() + " (" + job.modelHash() + ")");
    line(lines, "priority", job.priority());
    line(lines, "owner", job.owner());
    line(lines, "submitted", moment(job.submittedAt()));
    line(lines, "started", moment(job.startedAt()));
    line(lines, "ended", moment(job.endedAt()));
    line(lines, "progress", place(job));
    line(lines, "previews", job.previews().isEmpty() ? null : phases(job));
    line(lines, "took", job.seconds() == null ? null : Durations.words(job.seconds()));
    line(
        lines,
        "devices",
        job.deviceSeconds() == null
            ? null
            : Durations.words(job.deviceSeconds()) + " of compute time");
    line(lines, "sha-256", job.pictureSha256());
    job.warnings().forEach(sentence -> line(lines, "warning", sentence));
    return lines;
  }

  private static @Nullable String place(JobView job) {
    JobProgress progress = job.progress();
    if (progress == null || job.state() == JobState.DONE) {
      return null;
    }
    return "%s, phase %s/%s, step %s/%s%s"
        .formatted(
            progress(job),
            progress.phase(),
            progress.phases(),
            progress.timestep(),
            progress.timesteps(),
            timeLeft(job).equals(NOTHING) ? "" : ", ETA " + timeLeft(job));
  }

  private static String phases(JobView job) {
    return job.previews().stream().map(phase -> "phase " + phase).collect(Collectors.joining(", "));
  }

  private static @Nullable String moment(@Nullable Instant instant) {
    return instant == null
        ? null
        : MOMENT.format(instant.truncatedTo(ChronoUnit.SECONDS).atZone(ZoneId.systemDefault()));
  }

  private static void line(List<String> lines, String name, @Nullable Object value) {
    if (value != null) {
      lines.add(TextWidth.padded(name, 11) + Printable.line(value.toString()));
    }
  }
}
