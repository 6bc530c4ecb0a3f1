package demofusion.deploy.command;

import demofusion.coordinator.job.JobEvent;
import demofusion.coordinator.job.JobState;
import demofusion.coordinator.job.JobView;
import demofusion.deploy.client.FarmClient;
import demofusion.deploy.client.JobNames;
import demofusion.deploy.terminal.FarmProgress;
import demofusion.deploy.terminal.Json;
import demofusion.deploy.terminal.Terminal;
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
    description = "One of the farm's jobs.%n",
    footer = {
      "%nExit codes with --watch: 0 the picture is done, 1 it failed or was cancelled, 2 it could not be drawn.",
      "%nExamples:",
      "  demofusion job 7f3a",
      "  demofusion job 7f3a --watch",
      "  demofusion job 7f3a --json | jq .progress.fraction"
    })
final class JobCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Parameters(paramLabel = "ID", description = "The job's id, or as much of it as no other has.")
  @Nullable String id;

  @Option(names = "--watch", description = "Show its progress until it is over.")
  boolean watch;

  @Option(
      names = "--json",
      description = "As JSON; with --watch a line whenever something happens.")
  boolean json;

  @Mixin final FarmOptions farm = new FarmOptions();
  @Mixin final HelpOption help = new HelpOption();

  JobCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    try (FarmClient client = farm.client(terminal)) {
      JobView job = new JobNames(client).resolve(Objects.requireNonNull(id));
      if (!watch) {
        show(job);
        return HouseStyle.OK;
      }
      FarmProgress progress = new FarmProgress(terminal, System::nanoTime, json);
      JobView over = client.watch(job.id(), event -> onEvent(event, progress, client));
      progress.end(over);
      if (!json) {
        show(over);
      }
      return JobText.exitCode(over);
    }
  }

  private void onEvent(JobEvent event, FarmProgress progress, FarmClient client) {
    JobView job = event.job();
    if (json) {
      terminal.out().println(Json.line(event));
      return;
    }
    progress.show(job, job.state() == JobState.QUEUED ? JobQueue.before(job, client) : 0);
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
