package demofusion.deploy.command;

import demofusion.coordinator.render.WorkerView;
import demofusion.deploy.client.FarmClient;
import demofusion.deploy.terminal.Json;
import demofusion.deploy.terminal.Terminal;
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
    description = "Give a worker nothing more, or let it back.%n",
    footer = {
      "%nIt finishes what it has in hand; demofusion workers says when it is drained. It holds for the",
      "worker's name, also when the worker comes again. It takes a token with the role operate.",
      "%nExamples:",
      "  demofusion drain studio-3",
      "  demofusion drain studio-3 --undo"
    })
final class DrainCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Parameters(paramLabel = "WORKER", description = "The worker's name.")
  @Nullable String worker;

  @Option(names = "--undo", description = "Let back a worker that was drained or put aside.")
  boolean undo;

  @Option(names = "--json", description = "The worker as JSON.")
  boolean json;

  @Mixin final FarmOptions farm = new FarmOptions();
  @Mixin final HelpOption help = new HelpOption();

  DrainCommand(Terminal terminal) {
    this.terminal = terminal;
  }

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
    return HouseStyle.OK;
  }

  private static String inHand(WorkerView worker) {
    return worker.state() == WorkerView.State.DRAINING
        ? " and has "
            + worker.inHand()
            + (worker.inHand() == 1 ? " batch in hand" : " batches in hand")
        : "";
  }
}
