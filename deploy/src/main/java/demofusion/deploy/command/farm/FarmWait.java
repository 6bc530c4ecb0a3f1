package demofusion.deploy.command.farm;

import demofusion.deploy.client.FarmClient;
import demofusion.deploy.command.option.CliConventions;
import demofusion.deploy.command.option.CommandLineRequest.Subject;
import demofusion.deploy.command.option.SubmitOptions;
import demofusion.deploy.command.output.LatentsOutput;
import demofusion.deploy.command.output.OutputPlace;
import demofusion.deploy.command.output.RenderOutputs;
import demofusion.deploy.launch.Interruption;
import demofusion.deploy.terminal.FarmProgress;
import demofusion.deploy.terminal.Json;
import demofusion.deploy.terminal.Terminal;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.api.JobEvent;
import demofusion.protocol.api.JobState;
import demofusion.protocol.api.JobView;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Waits for submitted jobs, one after the other, and fetches their pictures. The jobs are the
 * farm's: whatever ends the waiting does not end them.
 */
final class FarmWait {
  private final FarmClient farm;
  private final Terminal terminal;
  private final SubmitOptions options;
  private final FarmProgress progress;
  private volatile List<JobView> unfinished = List.of();
  private volatile @Nullable FetchedPicture fetching;

  FarmWait(FarmClient farm, Terminal terminal, SubmitOptions options) {
    this.farm = farm;
    this.terminal = terminal;
    this.options = options;
    progress = new FarmProgress(terminal, System::nanoTime, options.quiet);
  }

  /**
   * @return the exit code
   */
  int await(List<JobView> jobs, List<Subject> subjects, OutputPlace place, LatentsOutput latents) {
    unfinished = jobs;
    Interruption interruption = new Interruption(this::leave);
    try {
      int code = CliConventions.OK;
      for (int n = 0; n < jobs.size(); n++) {
        RenderOutputs outputs = place.reserve(subjects.get(n), n, latents.file(n));
        code = Math.max(code, await(jobs.get(n), new FetchedPicture(farm, outputs)));
        unfinished = jobs.subList(n + 1, jobs.size());
      }
      return code;
    } finally {
      interruption.close();
    }
  }

  private int await(JobView submitted, FetchedPicture picture) {
    fetching = picture;
    try {
      return show(submitted, picture);
    } catch (DemofusionException e) {
      throw new DemofusionException(
          e.code(),
          e.userMessage() + "; the job is " + submitted.id() + ", see demofusion jobs",
          e);
    } finally {
      progress.close();
      picture.discard();
    }
  }

  private int show(JobView submitted, FetchedPicture picture) {
    progress.say("submitted as " + submitted.id());
    JobView over = farm.watch(submitted.id(), event -> onEvent(event, picture));
    progress.end(over);
    if (over.state() != JobState.DONE) {
      return failed(over);
    }
    picture.publish(over, options.previews);
    if (!options.quiet) {
      terminal.say(picture.summary(over));
    }
    terminal.out().println(options.json ? picture.json(over) : picture.path());
    return CliConventions.OK;
  }

  private void onEvent(JobEvent event, FetchedPicture picture) {
    JobView job = event.job();
    progress.show(job, job.state() == JobState.QUEUED ? QueuePosition.before(job, farm) : 0);
    if (event.kind() == JobEvent.Kind.WARNING && event.sentence() != null) {
      progress.say(event.sentence());
    }
    if (options.previews) {
      picture.fetchPreviews(job);
    }
  }

  private int failed(JobView job) {
    terminal.say(JobText.failure(job));
    if (options.json) {
      terminal.out().println(Json.line(job));
    }
    return JobText.exitCode(job);
  }

  /** Told to end: the jobs go on, and here is how to get at them. */
  private void leave() {
    progress.close();
    Optional.ofNullable(fetching).ifPresent(FetchedPicture::discard);
    List<JobView> left = unfinished;
    if (left.isEmpty()) {
      return;
    }
    String ids = left.stream().map(job -> job.id().value()).collect(Collectors.joining(" "));
    terminal.say(
        left.size() == 1
            ? "the job keeps running; to follow it: demofusion job "
                + ids
                + " --watch, to cancel it: demofusion cancel "
                + ids
            : "the jobs keep running; to list them: demofusion jobs, to cancel them: demofusion"
                + " cancel "
                + ids);
  }
}
