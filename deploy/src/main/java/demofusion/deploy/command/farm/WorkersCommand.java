package demofusion.deploy.command.farm;

import demofusion.deploy.client.FarmClient;
import demofusion.deploy.command.option.CliConventions;
import demofusion.deploy.command.option.FarmOptions;
import demofusion.deploy.terminal.Json;
import demofusion.deploy.terminal.Table;
import demofusion.deploy.terminal.TerminalCommand;
import demofusion.protocol.api.WorkerView;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code demofusion workers}: who draws. */
@Command(
    name = "workers",
    description = "List workers.%n",
    footer = {
      "%nStates: ready receives work; aside is quarantined after repeated failures; draining"
          + " receives no",
      "more work; drained can be stopped. demofusion drain WORKER --undo resumes a worker.",
      "%nExamples:",
      "  demofusion workers",
      "  demofusion workers --json | jq 'select(.state != \"ready\")'"
    })
public final class WorkersCommand extends TerminalCommand implements Callable<Integer> {
  @Option(names = "--json", description = "Print workers as JSON, one per line.")
  boolean json;

  @Mixin final FarmOptions farm = new FarmOptions();

  @Override
  public Integer call() {
    try (FarmClient client = farm.client(terminal)) {
      List<WorkerView> workers = client.workers();
      if (json) {
        workers.forEach(worker -> terminal.out().println(Json.line(worker)));
      } else if (workers.isEmpty()) {
        terminal.say("no workers connected; start one with demofusion worker --join HOST:PORT");
      } else {
        table(workers).lines(terminal.tableColumns()).forEach(terminal.out()::println);
      }
    }
    return CliConventions.OK;
  }

  static Table table(List<WorkerView> workers) {
    Table table =
        new Table(
            "NAME",
            "STATE",
            "DEVICE",
            "PRECISION",
            "TILES/S",
            "IN FLIGHT",
            "DONE",
            "FAILED",
            "MODEL",
            "REASON");
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
