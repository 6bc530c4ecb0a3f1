package demofusion.deploy.command;

import demofusion.deploy.terminal.Terminal;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code demofusion farm}: coordinator and workers on one machine, to try them out. */
@Command(
    name = "farm",
    abbreviateSynopsis = true,
    description = "Start a coordinator and some workers on this machine, to try a farm out.%n",
    footer = {
      "%nEach is a process of its own; kill one and see it come back. Ctrl-C ends all of them.",
      "%nExample:",
      "  demofusion farm --workers 3 --data farm"
    })
final class FarmCommand implements Callable<Integer> {
  @Option(
      names = "--workers",
      paramLabel = "N",
      description = "How many (default: one for each GPU, or 2).")
  @Nullable Integer workers;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      defaultValue = "demofusion-farm",
      description = "The folder of all jobs (default: ${DEFAULT-VALUE}).")
  Path data = Path.of("demofusion-farm");

  @Mixin final DoorOptions door = new DoorOptions();
  @Mixin final ServedModelOptions model = new ServedModelOptions();
  @Mixin final HelpOption help = new HelpOption();

  private final Terminal terminal;

  FarmCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    OneMachine machine = new OneMachine(data, door, model, terminal);
    return machine.run(workers == null ? Math.max(machine.gpus(), 2) : workers, this::announce);
  }

  private void announce(String url) {
    terminal.say(
        "the farm is at "
            + url
            + ", its jobs in "
            + data
            + "; in another terminal: demofusion submit \"a lighthouse and the open sea\" --wait"
            + " --coordinator "
            + url);
  }
}
