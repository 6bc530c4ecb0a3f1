package demofusion.deploy.command.farm;

import demofusion.deploy.client.FarmClient;
import demofusion.deploy.client.JobNames;
import demofusion.deploy.command.option.CliConventions;
import demofusion.deploy.command.option.FarmOptions;
import demofusion.deploy.terminal.Json;
import demofusion.deploy.terminal.TerminalCommand;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.api.JobView;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code demofusion cancel ID…}: stops jobs. */
@Command(
    name = "cancel",
    description = "Cancel queued, running or paused jobs.%n",
    footer = {
      "%nA cancelled job keeps its checkpoint: demofusion retry resumes it. With several ids,"
          + " every job",
      "is tried; the exit code is the worst of theirs.",
      "%nExamples:",
      "  demofusion cancel 7f3a",
      "  demofusion cancel $(demofusion jobs --state queued --json | jq -r .id)"
    })
public final class CancelCommand extends TerminalCommand implements Callable<Integer> {
  @Parameters(
      arity = "1..*",
      paramLabel = "ID",
      description = "Job ids, or unique prefixes of them.")
  List<String> ids = List.of();

  @Option(names = "--json", description = "Print each job as JSON, one per line.")
  boolean json;

  @Mixin final FarmOptions farm = new FarmOptions();

  @Override
  public Integer call() {
    int code = CliConventions.OK;
    try (FarmClient client = farm.client(terminal)) {
      JobNames names = new JobNames(client);
      for (String id : ids) {
        try {
          JobView job = client.cancel(names.resolve(id).id());
          terminal.out().println(json ? Json.line(job) : job.id());
        } catch (DemofusionException e) {
          code = Math.max(code, CliConventions.exitCode(e, terminal));
        }
      }
    }
    return code;
  }
}
