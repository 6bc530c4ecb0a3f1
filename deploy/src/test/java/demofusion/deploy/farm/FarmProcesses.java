package demofusion.deploy.farm;

import demofusion.deploy.Distribution;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A farm of real processes on free ports of this machine:
 *
 * <pre>
 *   test ── HTTP ──▶ coordinator ◀── Artery ──▶ worker, worker, …
 * </pre>
 *
 * <p>Their logs lie in {@code target/farm-logs} and stay there, for who wants to know why a test
 * failed.
 */
final class FarmProcesses implements AutoCloseable {
  /** Leases are told of only then. */
  private static final Map<String, String> LOUD = Map.of("DEMOFUSION_LOG", "debug");

  private final Distribution distribution;
  private final Path data;
  private final Path logs;
  private final String address = freeAddress();
  private final String http = freeAddress();
  private final List<FarmNode> nodes = new ArrayList<>();

  /**
   * @param name of the folder with its logs
   */
  FarmProcesses(Path folder, String name) throws IOException {
    distribution = Distribution.builtOne(folder);
    data = folder.resolve("data");
    logs = Files.createDirectories(Path.of("target", "farm-logs", name).toAbsolutePath());
  }

  static String freeAddress() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return "127.0.0.1:" + socket.getLocalPort();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The same every time: what was one coordinator's is the next one's. */
  FarmNode coordinator(String... more) throws IOException {
    return coordinator(Map.of(), List.of(more));
  }

  /** The same with something in its environment. */
  FarmNode coordinator(Map<String, String> environment, List<String> more) throws IOException {
    List<String> line = new ArrayList<>(List.of("coordinator", "--data", data.toString()));
    line.addAll(List.of("--bind", address, "--http", http));
    line.addAll(more);
    Map<String, String> variables = new HashMap<>(LOUD);
    variables.putAll(environment);
    FarmNode node = start("coordinator", List.of(), line, variables);
    node.awaitLog("event=coordinator-ready", 1);
    return node;
  }

  /**
   * The same with so few files, connections among them, that it may have open.
   *
   * @param handles all that the process gets
   */
  FarmNode coordinatorWith(int handles) throws IOException {
    List<String> line = new ArrayList<>(List.of("coordinator", "--data", data.toString()));
    line.addAll(List.of("--bind", address, "--http", http));
    List<String> limited =
        List.of("sh", "-c", "ulimit -n " + handles + " && exec \"$@\"", "limited");
    FarmNode node = start("coordinator", limited, line, LOUD);
    node.awaitLog("event=coordinator-ready", 1);
    return node;
  }

  /**
   * Another farm's coordinator.
   *
   * @param folder on that disk
   */
  FarmNode coordinatorOn(SmallDisk disk, Path folder, String... more) throws IOException {
    List<String> line = new ArrayList<>(List.of("coordinator", "--data", folder.toString()));
    line.addAll(List.of("--bind", freeAddress(), "--http", freeAddress()));
    line.addAll(List.of(more));
    return start("small-disk", disk.command(), line, Map.of());
  }

  /**
   * A worker with a synthetic model.
   *
   * @param synthetic what it is to be beside its geometry, for example {@code millis=20}
   */
  FarmNode worker(String name, String synthetic, String... more) throws IOException {
    List<String> line = new ArrayList<>(List.of("worker", "--name", name));
    line.addAll(List.of("--synthetic", RenderedAlone.SYNTHETIC + "," + synthetic));
    line.addAll(List.of(more));
    if (!line.contains("--join")) {
      line.addAll(List.of("--join", address));
    }
    return start(name, line);
  }

  FarmNode start(String name, List<String> line) throws IOException {
    return start(name, List.of(), line, Map.of());
  }

  FarmNode start(String name, List<String> line, Map<String, String> environment)
      throws IOException {
    return start(name, List.of(), line, environment);
  }

  /**
   * @param before what the process is started by, for example in a network of its own
   */
  FarmNode start(
      String name, List<String> before, List<String> line, Map<String, String> environment)
      throws IOException {
    File log = File.createTempFile(name + "-", ".log", logs.toFile());
    Process process =
        distribution.startBehind(before, environment, log, log, line.toArray(String[]::new));
    FarmNode node = new FarmNode(name, process, log.toPath());
    nodes.add(node);
    return node;
  }

  /** Where workers find the coordinator. */
  String address() {
    return address;
  }

  Path data() {
    return data;
  }

  /** A new token of that role, in a file for the coordinator. */
  String token(String name, String role, Path file, String... more)
      throws IOException, InterruptedException {
    List<String> line =
        new ArrayList<>(List.of("token", name, "--role", role, "--tokens", file.toString()));
    line.addAll(List.of(more));
    Distribution.Said said = distribution.run(line.toArray(String[]::new));
    if (said.exitCode() != 0) {
      throw new AssertionError(said.err());
    }
    return said.out().strip();
  }

  /** Where people find it. */
  String url() {
    return "http://" + http;
  }

  FarmApi api() {
    return new FarmApi(URI.create("http://" + http), data);
  }

  /** For one whose coordinator asks for tokens. */
  FarmApi api(String token) {
    return new FarmApi(URI.create("http://" + http), data, token);
  }

  @Override
  public void close() {
    nodes.forEach(FarmNode::destroy);
  }
}
