package demofusion.deploy.command;

import demofusion.coordinator.job.JobState;
import demofusion.coordinator.job.JobView;
import demofusion.deploy.client.FarmClient;
import demofusion.deploy.terminal.Json;
import demofusion.deploy.terminal.Table;
import demofusion.deploy.terminal.Terminal;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code demofusion jobs}: what the farm has to do, and what it has done. */
@Command(
    name = "jobs",
    description = "The farm's jobs, the newest first.%n",
    subcommands = PruneCommand.class,
    footer = {
      "%nExamples:",
      "  demofusion jobs",
      "  demofusion jobs --state running --json | jq -r .id",
      "  demofusion jobs prune --older-than 30d --dry-run"
    })
final class JobsCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Option(
      names = "--state",
      paramLabel = "STATE",
      description = "Only those that are queued, running, paused, done, failed or cancelled.")
  @Nullable JobState state;

  @Option(names = "--json", description = "As JSON, one job a line.")
  boolean json;

  @Mixin final FarmOptions farm = new FarmOptions();
  @Mixin final HelpOption help = new HelpOption();

  JobsCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    try (FarmClient client = farm.client(terminal)) {
      List<JobView> jobs = client.jobs(state);
      if (json) {
        jobs.forEach(job -> terminal.out().println(Json.line(job)));
      } else if (jobs.isEmpty()) {
        terminal.say(state == null ? "there are no jobs" : "no job is " + state);
      } else {
        table(jobs).lines(terminal.tableColumns()).forEach(terminal.out()::println);
      }
    }
    return HouseStyle.OK;
  }

  static Table table(List<JobView> jobs) {
    Table table = new Table("ID", "STATE", "PRIORITY", "DONE", "ETA", "SIZE", "PROMPT");
    for (JobView job : jobs) {
      table.add(
          job.id(),
          job.state().toString(),
          Integer.toString(job.priority()),
          JobText.progress(job),
          JobText.timeLeft(job),
          JobText.size(job),
          job.prompt());
    }
    return table;
  }
}
