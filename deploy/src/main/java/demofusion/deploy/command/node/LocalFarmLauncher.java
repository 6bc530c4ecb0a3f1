package demofusion.deploy.command.node;

import demofusion.coordinator.library.LocalLibrary.Place;
import demofusion.coordinator.store.DataFolder;
import demofusion.deploy.command.option.ApiOptions;
import demofusion.deploy.command.option.ServedModelOptions;
import demofusion.deploy.command.option.device.AuditOptions;
import demofusion.deploy.command.option.signin.OidcOptions;
import demofusion.deploy.command.option.trace.TraceOptions;
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
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A coordinator and its workers on this machine, each a process of its own: what {@code farm} and
 * {@code serve} start.
 *
 * @param beside where files are that requests may name beside those of the coordinator's store
 */
record LocalFarmLauncher(
    Path data,
    ApiOptions apiOptions,
    OidcOptions signIn,
    ServedModelOptions model,
    AuditOptions audit,
    TraceOptions traces,
    List<Place> beside,
    Terminal terminal) {
  private static final int MOST_WORKERS = 256;

  /** Those that workers can be given, each its own. */
  int gpus() {
    return model.device == null && model.synthetic == null ? Gpus.count() : 0;
  }

  /**
   * Until it is stopped.
   *
   * @param announce receives the URL under which this machine's programs reach the API, as soon as
   *     it can be asked
   * @return the exit code
   */
  int run(int workers, Consumer<String> announce) {
    if (workers < 1 || workers > MOST_WORKERS) {
      throw DemofusionException.badRequest(
          "workers " + workers + " must be between 1 and " + MOST_WORKERS);
    }
    model.check();
    audit.share(); // refused here, and not by another process
    Settings settings = settings();
    NodeAddress api = settings.address(Setting.HTTP);
    NodeAddress reachable = api.port() == 0 ? api.withPort(LocalFarm.freeAddress().port()) : api;
    NodeAddress meeting = LocalFarm.freeAddress();
    LocalFarm farm =
        new LocalFarm(
            program(),
            coordinator(meeting, reachable),
            workerLines(workers, meeting, url(reachable, settings)),
            reachable,
            terminal::say,
            () -> announce.accept(url(reachable, settings)));
    return NodeProcess.run(farm::stop, farm::run, null);
  }

  private Settings settings() {
    Map<Setting, String> options = new EnumMap<>(Setting.class);
    if (apiOptions.http != null) {
      options.put(Setting.HTTP, apiOptions.http);
    }
    if (apiOptions.tls != null) {
      options.put(Setting.TLS, apiOptions.tls);
    }
    return Settings.read(options, System.getenv(), null);
  }

  private static String url(NodeAddress api, Settings settings) {
    boolean isEncrypted = settings.find(Setting.TLS).isPresent() && !api.meansThisMachine();
    NodeAddress near = api.isWildcard() ? new NodeAddress("127.0.0.1", api.port()) : api;
    return (isEncrypted ? "https://" : "http://") + near;
  }

  private static List<String> program() {
    Path home =
        Installation.home()
            .orElseThrow(
                () ->
                    DemofusionException.badRequest(
                        "this command needs bin/demofusion of an unpacked distribution, and this"
                            + " is not one"));
    return List.of(home.resolve("bin").resolve("demofusion").toString());
  }

  private List<String> coordinator(NodeAddress meeting, NodeAddress api) {
    List<String> line = new ArrayList<>(List.of("coordinator", "--data", data.toString()));
    line.addAll(List.of("--bind", meeting.toString(), "--http", api.toString()));
    add(line, "--tokens", apiOptions.tokens);
    add(line, "--trusted-proxies", apiOptions.trustedProxies);
    add(line, "--tls", apiOptions.tls);
    add(line, "--audit", audit.audit);
    line.addAll(signIn.line());
    line.addAll(traces.line());
    if (apiOptions.insecure) {
      line.add("--insecure");
    }
    for (Place place : beside) {
      line.addAll(List.of("--beside", place.kind() + "=" + place.path()));
    }
    line.addAll(List.of("--parent", ownId()));
    return line;
  }

  private List<List<String>> workerLines(int count, NodeAddress meeting, String api) {
    int gpus = gpus();
    List<List<String>> lines = new ArrayList<>();
    for (int n = 0; n < count; n++) {
      List<String> line = new ArrayList<>(List.of("worker", "--join", meeting.toString()));
      line.addAll(List.of("--bind", "127.0.0.1:0", "--name", "worker-" + (n + 1)));
      line.addAll(List.of("--parent", ownId(), "--api", api));
      line.addAll(List.of("--store-folder", data.resolve(DataFolder.LIBRARY).toString()));
      add(line, "--tls", apiOptions.tls);
      add(line, "--device", gpus == 0 ? model.device : "cuda:" + n % gpus);
      add(line, "--precision", model.precision);
      add(line, "--memory", model.memory.memory);
      add(line, "--weights", model.memory.weights);
      if (model.fastAccumulation) {
        line.add("--fast-accumulation");
      }
      add(line, "--synthetic", model.synthetic);
      add(line, "--model-config", model.config);
      add(line, "--vae", model.vae);
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
}
