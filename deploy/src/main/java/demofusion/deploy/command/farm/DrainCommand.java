package demofusion.deploy.command.farm;

import demofusion.deploy.client.FarmClient;
import demofusion.deploy.command.option.CliConventions;
import demofusion.deploy.command.option.FarmOptions;
import demofusion.deploy.terminal.Json;
import demofusion.deploy.terminal.TerminalCommand;
import demofusion.protocol.api.WorkerView;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code demofusion drain WORKER}: gives a worker nothing more, so that it can be stopped. */
@Command(
    name = "drain",
    description = "Stop sending work to a worker, or resume it.%n",
    footer = {
      "%nThe worker finishes the batches it has; demofusion workers shows when it is drained."
          + " Draining",
      "applies to the worker's name, even after it or the coordinator is restarted, until --undo."
          + " Needs a",
      "token with the role operate.",
      "%nExamples:",
      "  demofusion drain studio-3",
      "  demofusion drain studio-3 --undo"
    })
public final class DrainCommand extends TerminalCommand implements Callable<Integer> {
  @Parameters(paramLabel = "WORKER", description = "Name of the worker.")
  @Nullable String worker;

  @Option(names = "--undo", description = "Resume a worker that was drained or quarantined.")
  boolean undo;

  @Option(names = "--json", description = "Print the worker as JSON.")
  boolean json;

  @Mixin final FarmOptions farm = new FarmOptions();

  @Override
  public Integer call() {
    try (FarmClient client = farm.client(terminal)) {
      WorkerView now = client.drain(Objects.requireNonNull(worker), undo);
      if (json) {
        terminal.out().println(Json.line(now));
      } else {
        terminal.say(now.name() + " is " + now.state() + inHand(now));
      }
    }
    return CliConventions.OK;
  }

  private static String inHand(WorkerView worker) {
    return worker.state() == WorkerView.State.DRAINING
        ? " and has "
            + worker.inHand()
            + (worker.inHand() == 1 ? " batch in flight" : " batches in flight")
        : "";
  }
}
