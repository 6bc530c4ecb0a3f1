package demofusion.deploy.command;

import demofusion.coordinator.job.JobView;
import demofusion.deploy.client.FarmClient;
import demofusion.deploy.client.JobNames;
import demofusion.deploy.terminal.Json;
import demofusion.deploy.terminal.Terminal;
import demofusion.protocol.DemofusionException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code demofusion cancel ID…}: stops jobs. */
@Command(
    name = "cancel",
    description = "Stop jobs of the farm's that are queued, running or paused.%n",
    footer = {
      "%nWhat a job has done is kept: demofusion retry goes on with it. Where several are named, each is",
      "tried; the exit code is that of the worst.",
      "%nExamples:",
      "  demofusion cancel 7f3a",
      "  demofusion cancel $(demofusion jobs --state queued --json | jq -r .id)"
    })
final class CancelCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Parameters(
      arity = "1..*",
      paramLabel = "ID",
      description = "Jobs' ids, or as much of each as no other has.")
  List<String> ids = List.of();

  @Option(names = "--json", description = "Each job as JSON, one a line.")
  boolean json;

  @Mixin final FarmOptions farm = new FarmOptions();
  @Mixin final HelpOption help = new HelpOption();

  CancelCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    int code = HouseStyle.OK;
    try (FarmClient client = farm.client(terminal)) {
      JobNames names = new JobNames(client);
      for (String id : ids) {
        try {
          JobView job = client.cancel(names.resolve(id).id());
          terminal.out().println(json ? Json.line(job) : job.id());
        } catch (DemofusionException e) {
          code = Math.max(code, HouseStyle.exitCode(e, terminal));
        }
      }
    }
    return code;
  }
}
