package demofusion.deploy.command;

import demofusion.deploy.config.NodeAddress;
import demofusion.deploy.config.Setting;
import demofusion.deploy.config.Settings;
import demofusion.deploy.launch.Gpus;
import demofusion.deploy.launch.Installation;
import demofusion.deploy.node.LocalFarm;
import demofusion.deploy.terminal.Terminal;
import demofusion.protocol.DemofusionException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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
  private static final int MOST_WORKERS = 256;

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

  @Option(
      names = "--http",
      paramLabel = "HOST:PORT",
      description = "The HTTP API (default: 127.0.0.1:7980).")
  @Nullable String http;

  @Mixin final ServedModelOptions model = new ServedModelOptions();
  @Mixin final HelpOption help = new HelpOption();

  private final Terminal terminal;

  FarmCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    Settings settings =
        Settings.read(http == null ? Map.of() : Map.of(Setting.HTTP, http), System.getenv(), null);
    NodeAddress api = settings.address(Setting.HTTP);
    NodeAddress reachable = api.port() == 0 ? LocalFarm.freeAddress() : api;
    NodeAddress meeting = LocalFarm.freeAddress();
    LocalFarm farm =
        new LocalFarm(
            program(),
            coordinator(meeting, reachable),
            workers(meeting),
            reachable,
            terminal::say,
            () -> announce(reachable));
    return NodeProcess.run(farm::stop, farm::run, null);
  }

  private static List<String> program() {
    Path home =
        Installation.home()
            .orElseThrow(
                () ->
                    DemofusionException.badRequest(
                        "farm starts bin/demofusion of a distribution, and this is none"));
    return List.of(home.resolve("bin").resolve("demofusion").toString());
  }

  private List<String> coordinator(NodeAddress meeting, NodeAddress api) {
    return List.of(
        "coordinator",
        "--data",
        data.toString(),
        "--bind",
        meeting.toString(),
        "--http",
        api.toString(),
        "--parent",
        ownId());
  }

  private List<List<String>> workers(NodeAddress meeting) {
    int gpus = model.device == null && model.synthetic == null ? Gpus.count() : 0;
    int count = workers == null ? Math.max(gpus, 2) : workers;
    if (count < 1 || count > MOST_WORKERS) {
      throw DemofusionException.badRequest(
          "workers " + count + " must be between 1 and " + MOST_WORKERS);
    }
    List<List<String>> lines = new ArrayList<>();
    for (int n = 0; n < count; n++) {
      List<String> line = new ArrayList<>(List.of("worker", "--join", meeting.toString()));
      line.addAll(List.of("--bind", "127.0.0.1:0", "--name", "worker-" + (n + 1)));
      line.addAll(List.of("--parent", ownId()));
      add(line, "--device", gpus == 0 ? model.device : "cuda:" + n % gpus);
      add(line, "--precision", model.precision);
      add(line, "--synthetic", model.synthetic);
      add(line, "--model", model.models == null ? null : String.join(",", model.models));
      lines.add(line);
    }
    return lines;
  }

  private static void add(List<String> line, String option, @Nullable String value) {
    if (value != null) {
      line.addAll(List.of(option, value));
    }
  }

  private static String ownId() {
    return Long.toString(ProcessHandle.current().pid());
  }

  private void announce(NodeAddress api) {
    terminal.say(
        "the farm is at http://"
            + api
            + ", its jobs in "
            + data
            + "; in another terminal: demofusion submit \"a lighthouse and the open sea\" --wait"
            + " --coordinator http://"
            + api);
  }
}
