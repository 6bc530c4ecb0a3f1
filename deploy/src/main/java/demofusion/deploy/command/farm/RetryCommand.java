package demofusion.deploy.command.farm;

import demofusion.deploy.client.FarmClient;
import demofusion.deploy.client.JobNames;
import demofusion.deploy.command.option.CliConventions;
import demofusion.deploy.command.option.FarmOptions;
import demofusion.deploy.terminal.Json;
import demofusion.deploy.terminal.TerminalCommand;
import demofusion.protocol.JobId;
import demofusion.protocol.api.JobView;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code demofusion retry ID}: takes a job up again. */
@Command(
    name = "retry",
    description = "Resume a failed or cancelled job from its last checkpoint.%n",
    footer = {"%nExample:", "  demofusion retry 7f3a && demofusion job 7f3a --watch"})
public final class RetryCommand extends TerminalCommand implements Callable<Integer> {
  @Parameters(paramLabel = "ID", description = "Job id, or a unique prefix of it.")
  @Nullable String id;

  @Option(names = "--json", description = "Print the job as JSON.")
  boolean json;

  @Mixin final FarmOptions farm = new FarmOptions();

  @Override
  public Integer call() {
    try (FarmClient client = farm.client(terminal)) {
      JobId whole = new JobNames(client).resolve(Objects.requireNonNull(id)).id();
      JobView job = client.retry(whole);
      terminal.out().println(json ? Json.line(job) : job.id());
    }
    return CliConventions.OK;
  }
}
