package demofusion.deploy.command.node;

import demofusion.deploy.command.option.ApiOptions;
import demofusion.deploy.command.option.ServedModelOptions;
import demofusion.deploy.command.option.device.AuditOptions;
import demofusion.deploy.command.option.signin.OidcOptions;
import demofusion.deploy.command.option.trace.TraceOptions;
import demofusion.deploy.terminal.TerminalCommand;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code demofusion farm}: coordinator and workers on one machine, to try them out. */
@Command(
    name = "farm",
    abbreviateSynopsis = true,
    description = "Start a coordinator and several workers on this machine, to try out a farm.%n",
    footer = {
      "%nEach runs as its own process and is restarted when it dies. Ctrl-C stops all of them.",
      "%nExample:",
      "  demofusion farm --workers 3 --data farm"
    })
public final class FarmCommand extends TerminalCommand implements Callable<Integer> {
  @Option(
      names = "--workers",
      paramLabel = "N",
      description = "Number of workers (default: one per GPU, or 2).")
  @Nullable Integer workers;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      defaultValue = "demofusion-farm",
      description = "Folder for all jobs (default: ${DEFAULT-VALUE}).")
  Path data = Path.of("demofusion-farm");

  @Mixin final ApiOptions apiOptions = new ApiOptions();
  @Mixin final OidcOptions signIn = new OidcOptions();
  @Mixin final ServedModelOptions model = new ServedModelOptions();
  @Mixin final AuditOptions audit = new AuditOptions();
  @Mixin final TraceOptions traces = new TraceOptions();

  @Override
  public Integer call() {
    LocalFarmLauncher machine =
        new LocalFarmLauncher(data, apiOptions, signIn, model, audit, traces, List.of(), terminal);
    return machine.run(workers == null ? Math.max(machine.gpus(), 2) : workers, this::announce);
  }

  private void announce(String url) {
    terminal.say(
        ("the farm is running at %s, with its jobs in %s; now try in another terminal: "
                + "demofusion submit \"a lighthouse and the open sea\" --wait --coordinator %s")
            .formatted(url, data, url));
  }
}
