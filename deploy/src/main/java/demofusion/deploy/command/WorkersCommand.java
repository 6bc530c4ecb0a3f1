package demofusion.deploy.command;

import demofusion.coordinator.render.WorkerView;
import demofusion.deploy.client.FarmClient;
import demofusion.deploy.terminal.Json;
import demofusion.deploy.terminal.Table;
import demofusion.deploy.terminal.Terminal;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code demofusion workers}: who draws. */
@Command(
    name = "workers",
    description = "The farm's workers.%n",
    footer = {
      "%nStates: ready gets work; aside kept failing and gets none; draining gets none any more and has",
      "some in hand; drained can be stopped. demofusion drain WORKER --undo lets one back.",
      "%nExamples:",
      "  demofusion workers",
      "  demofusion workers --json | jq 'select(.state != \"ready\")'"
    })
final class WorkersCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Option(names = "--json", description = "As JSON, one worker a line.")
  boolean json;

  @Mixin final FarmOptions farm = new FarmOptions();
  @Mixin final HelpOption help = new HelpOption();

  WorkersCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    try (FarmClient client = farm.client(terminal)) {
      List<WorkerView> workers = client.workers();
      if (json) {
        workers.forEach(worker -> terminal.out().println(Json.line(worker)));
      } else if (workers.isEmpty()) {
        terminal.say("no worker is there; one joins with demofusion worker --join HOST:PORT");
      } else {
        table(workers).lines(terminal.tableColumns()).forEach(terminal.out()::println);
      }
    }
    return HouseStyle.OK;
  }

  static Table table(List<WorkerView> workers) {
    Table table =
        new Table(
            "NAME",
            "STATE",
            "DEVICE",
            "PRECISION",
            "TILES/S",
            "IN HAND",
            "DONE",
            "FAILED",
            "MODEL",
            "WHY");
    for (WorkerView worker : workers) {
      table.add(
          worker.name(),
          worker.state().toString(),
          worker.device(),
          worker.precision(),
          worker.tilesPerSecond() == 0
              ? "-"
              : String.format(Locale.ROOT, "%.2f", worker.tilesPerSecond()),
          worker.inHand() + "/" + worker.credits(),
          Long.toString(worker.completed()),
          Long.toString(worker.failed()),
          worker.model(),
          worker.reason() == null ? "" : worker.reason());
    }
    return table;
  }
}
