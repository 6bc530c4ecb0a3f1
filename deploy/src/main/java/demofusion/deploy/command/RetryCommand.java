package demofusion.deploy.command;

import demofusion.coordinator.job.JobView;
import demofusion.deploy.client.FarmClient;
import demofusion.deploy.client.JobNames;
import demofusion.deploy.terminal.Json;
import demofusion.deploy.terminal.Terminal;
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
    description = "Go on with a failed or cancelled job from its last checkpoint.%n",
    footer = {"%nExample:", "  demofusion retry 7f3a && demofusion job 7f3a --watch"})
final class RetryCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Parameters(paramLabel = "ID", description = "The job's id, or as much of it as no other has.")
  @Nullable String id;

  @Option(names = "--json", description = "The job as JSON.")
  boolean json;

  @Mixin final FarmOptions farm = new FarmOptions();
  @Mixin final HelpOption help = new HelpOption();

  RetryCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    try (FarmClient client = farm.client(terminal)) {
      String whole = new JobNames(client).resolve(Objects.requireNonNull(id)).id();
      JobView job = client.retry(whole);
      terminal.out().println(json ? Json.line(job) : job.id());
    }
    return HouseStyle.OK;
  }
}
