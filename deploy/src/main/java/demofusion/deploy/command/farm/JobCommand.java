package demofusion.deploy.command.farm;

import demofusion.deploy.client.FarmClient;
import demofusion.deploy.client.JobFile;
import demofusion.deploy.client.JobNames;
import demofusion.deploy.command.option.CliConventions;
import demofusion.deploy.command.option.FarmOptions;
import demofusion.deploy.terminal.FarmProgress;
import demofusion.deploy.terminal.Json;
import demofusion.deploy.terminal.TerminalCommand;
import demofusion.protocol.api.JobEvent;
import demofusion.protocol.api.JobState;
import demofusion.protocol.api.JobView;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code demofusion job ID}: one job, as it is or as it goes on. */
@Command(
    name = "job",
    description = "Show a job.%n",
    footer = {
      "%nExit codes with --watch: 0 the image is finished, 1 the job failed or was cancelled, 2"
          + " invalid request.",
      "%nExamples:",
      "  demofusion job 7f3a",
      "  demofusion job 7f3a --watch",
      "  demofusion job 7f3a --timeline out.json",
      "  demofusion job 7f3a --json | jq .progress.fraction"
    })
public final class JobCommand extends TerminalCommand implements Callable<Integer> {
  @Parameters(paramLabel = "ID", description = "Job id, or a unique prefix of it.")
  @Nullable String id;

  @Option(names = "--watch", description = "Show progress until the job ends.")
  boolean watch;

  @Option(
      names = "--timeline",
      paramLabel = "FILE",
      description =
          "Write where its time went to this file, for ui.perfetto.dev or chrome://tracing; with"
              + " --watch, when it is over.")
  @Nullable Path timeline;

  @Option(
      names = "--json",
      description = "Print the job as JSON; with --watch, one line per event.")
  boolean json;

  @Mixin final FarmOptions farm = new FarmOptions();

  @Override
  public Integer call() {
    try (FarmClient client = farm.client(terminal)) {
      JobView job = new JobNames(client).resolve(Objects.requireNonNull(id));
      if (!watch) {
        show(job);
        writeTimeline(job, client);
        return CliConventions.OK;
      }
      FarmProgress progress = new FarmProgress(terminal, System::nanoTime, json);
      JobView over = client.watch(job.id(), event -> onEvent(event, progress, client));
      progress.end(over);
      if (!json) {
        show(over);
      }
      writeTimeline(over, client);
      return JobText.exitCode(over);
    }
  }

  private void writeTimeline(JobView job, FarmClient client) {
    if (timeline != null) {
      client.download(JobFile.timeline(), job.id(), timeline);
      terminal.say("Timeline: " + timeline);
    }
  }

  private void onEvent(JobEvent event, FarmProgress progress, FarmClient client) {
    JobView job = event.job();
    if (json) {
      terminal.out().println(Json.line(event));
      return;
    }
    progress.show(job, job.state() == JobState.QUEUED ? QueuePosition.before(job, client) : 0);
    if (event.kind() == JobEvent.Kind.WARNING && event.sentence() != null) {
      progress.say(event.sentence());
    }
  }

  private void show(JobView job) {
    if (json) {
      terminal.out().println(Json.line(job));
    } else {
      JobText.description(job).forEach(terminal.out()::println);
    }
  }
}
