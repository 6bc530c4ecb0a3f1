package demofusion.deploy.command.farm;

import demofusion.deploy.client.FarmClient;
import demofusion.deploy.command.option.CliConventions;
import demofusion.deploy.command.option.FarmOptions;
import demofusion.deploy.terminal.Json;
import demofusion.deploy.terminal.Table;
import demofusion.deploy.terminal.TerminalCommand;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.api.WorkerPause;
import demofusion.protocol.api.WorkerView;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code demofusion workers}: who draws, and whose devices somebody wants back. */
@Command(
    name = "workers",
    description = "List workers, or take a worker's device back for a while.%n",
    footer = {
      "%nStates: ready receives work; aside is quarantined after repeated failures; draining"
          + " receives no",
      "more work; drained can be stopped. demofusion drain WORKER --undo resumes a worker. pausing"
          + " and",
      "paused: somebody wants the device; a paused worker's model is off it. Pauses outlast restarts"
          + " of",
      "worker and coordinator, and need a token with the role operate.",
      "%nExamples:",
      "  demofusion workers",
      "  demofusion workers --pause studio-3 --for 2h",
      "  demofusion workers --resume studio-3",
      "  demofusion workers --json | jq 'select(.state != \"ready\")'"
    })
public final class WorkersCommand extends TerminalCommand implements Callable<Integer> {
  @Option(names = "--json", description = "Print workers as JSON, one per line.")
  boolean json;

  @Option(
      names = "--pause",
      paramLabel = "NAME",
      description = "Give this worker no work and free its device, until it is resumed.")
  @Nullable String pause;

  @Option(
      names = "--for",
      paramLabel = "TIME",
      description = "With --pause: for so long, for example 2h; the farm has it again then.")
  @Nullable Duration time;

  @Option(
      names = "--resume",
      paramLabel = "NAME",
      description = "Let the farm have a paused worker's device again.")
  @Nullable String resume;

  @Mixin final FarmOptions farm = new FarmOptions();

  @Override
  public Integer call() {
    check();
    try (FarmClient client = farm.client(terminal)) {
      if (pause != null) {
        return say(client.pause(pause, time));
      }
      if (resume != null) {
        return say(client.unpause(resume));
      }
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

  private void check() {
    if (pause != null && resume != null) {
      throw DemofusionException.badRequest(
          "--pause and --resume exclude each other; give one of them");
    }
    if (time != null && pause == null) {
      throw DemofusionException.badRequest("--for is for --pause NAME: add it, or leave out --for");
    }
    if (time != null && time.toSeconds() < 1) {
      throw DemofusionException.badRequest("--for must be at least 1 s");
    }
  }

  private int say(WorkerPause now) {
    if (json) {
      terminal.out().println(Json.line(now));
    } else if (!now.paused()) {
      terminal.say(now.worker() + " is not paused");
    } else if (now.until() == null) {
      terminal.say(
          "%s is paused; demofusion workers --resume %s gives it work again"
              .formatted(now.worker(), now.worker()));
    } else {
      terminal.say("%s is paused until %s".formatted(now.worker(), now.until()));
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
