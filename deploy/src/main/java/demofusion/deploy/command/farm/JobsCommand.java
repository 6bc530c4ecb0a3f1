package demofusion.deploy.command.farm;

import demofusion.deploy.client.FarmClient;
import demofusion.deploy.command.option.CliConventions;
import demofusion.deploy.command.option.FarmOptions;
import demofusion.deploy.terminal.Json;
import demofusion.deploy.terminal.Table;
import demofusion.deploy.terminal.TerminalCommand;
import demofusion.protocol.api.JobState;
import demofusion.protocol.api.JobView;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code demofusion jobs}: what the farm has to do, and what it has done. */
@Command(
    name = "jobs",
    description = "List jobs, newest first.%n",
    subcommands = PruneCommand.class,
    footer = {
      "%nExamples:",
      "  demofusion jobs",
      "  demofusion jobs --state running --json | jq -r .id",
      "  demofusion jobs prune --older-than 30d --dry-run"
    })
public final class JobsCommand extends TerminalCommand implements Callable<Integer> {
  @Option(
      names = "--state",
      paramLabel = "STATE",
      description = "Only jobs in this state: queued, running, paused, done, failed or cancelled.")
  @Nullable JobState state;

  @Option(names = "--json", description = "Print jobs as JSON, one per line.")
  boolean json;

  @Mixin final FarmOptions farm = new FarmOptions();

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
    return CliConventions.OK;
  }

  static Table table(List<JobView> jobs) {
    Table table = new Table("ID", "STATE", "PRIORITY", "DONE", "ETA", "SIZE", "PROMPT");
    for (JobView job : jobs) {
      table.add(
          job.id().value(),
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
