package demofusion.deploy.terminal;

import demofusion.protocol.api.JobProgress;
import demofusion.protocol.api.JobState;
import demofusion.protocol.api.JobView;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Shows how a job of the farm goes on, as {@link ProgressPrinter} shows a render's: one line for
 * each phase, and a sentence for whatever holds the job up.
 */
public final class FarmProgress {
  private final LiveLine line;
  private final LongSupplier nanoTime;
  private @Nullable String standing;
  private @Nullable JobProgress last;
  private long phaseBegan;

  /**
   * @param nanoTime the clock
   */
  public FarmProgress(Terminal terminal, LongSupplier nanoTime, boolean quiet) {
    this.nanoTime = nanoTime;
    line = new LiveLine(terminal, nanoTime, quiet);
  }

  /**
   * The job as it is now.
   *
   * @param before how many unfinished jobs are known to go before it, while it is queued
   */
  public synchronized void show(JobView job, int before) {
    sayOnce(standing(job, before));
    JobProgress progress = job.progress();
    if (job.state() != JobState.RUNNING || progress == null) {
      return;
    }
    JobProgress earlier = last;
    if (earlier == null || earlier.phase() != progress.phase()) {
      if (earlier != null && earlier.phase() < progress.phase()) {
        keepPhase(earlier, job);
      }
      phaseBegan = nanoTime.getAsLong();
    }
    last = progress;
    if (isLast(progress)) {
      line.showInPlace(columns -> Progress.decodingLine(job.width(), job.height(), columns));
    } else {
      line.show(columns -> line(progress, job, columns));
    }
  }

  /** A sentence in between. */
  public synchronized void say(String sentence) {
    line.say(sentence);
  }

  /** The job is over: what follows begins on a line of its own. */
  public synchronized void end(JobView job) {
    if (last != null && job.state() == JobState.DONE) {
      keepPhase(last, job);
    }
    close();
  }

  /** Nothing more is shown. */
  public synchronized void close() {
    line.close();
    last = null;
    standing = null;
  }

  private void sayOnce(@Nullable String sentence) {
    if (sentence != null && !sentence.equals(standing)) {
      line.say(sentence);
    }
    standing = sentence;
  }

  private static @Nullable String standing(JobView job, int before) {
    return switch (job.state()) {
      case QUEUED ->
          job.id()
              + " is queued"
              + (before == 0
                  ? ""
                  : before == 1 ? ", 1 job ahead of it" : ", " + before + " ahead of it");
      case PAUSED ->
          job.id()
              + " is paused"
              + (job.reason() == null ? "" : ": " + Printable.line(job.reason()));
      default -> null;
    };
  }

  private void keepPhase(JobProgress phase, JobView job) {
    double seconds = (nanoTime.getAsLong() - phaseBegan) / 1e9;
    line.keep(
        "%s  %s steps in %s"
            .formatted(head(phase, job), phase.timesteps(), Durations.words(Math.max(0, seconds))));
  }

  /** What is left to be done is the picture itself. */
  private static boolean isLast(JobProgress progress) {
    return progress.phase() == progress.phases()
        && progress.timestep() == progress.timesteps()
        && progress.tilesDone() == progress.tiles();
  }

  private static String head(JobProgress progress, JobView job) {
    String phase = "phase " + progress.phase() + "/" + progress.phases();
    return progress.phase() == progress.phases()
        ? phase + "  " + job.width() + "x" + job.height()
        : phase;
  }

  /** The same words as of a render on this machine. */
  private static String line(JobProgress progress, JobView job, int columns) {
    return Progress.line(
        head(progress, job),
        new Progress.Numbers(
            progress.timestep(),
            progress.timesteps(),
            progress.tilesDone(),
            progress.tiles(),
            progress.tilesPerSecond(),
            progress.secondsLeft()),
        columns);
  }
}
