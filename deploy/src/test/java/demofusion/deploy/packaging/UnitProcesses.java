package demofusion.deploy.packaging;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Does what systemd would do with our units, on free ports and in a folder of the test's: their
 * ExecStart, their environment, their environment files, and their signal to end.
 */
final class UnitProcesses implements AutoCloseable {
  private static final int PATIENCE_SECONDS = 240;

  private final Path program;
  private final Path files;
  private final Path folder;
  private final String address = freeAddress();
  private final String http = freeAddress();
  private final List<Process> processes = new ArrayList<>();
  private final List<File> logs = new ArrayList<>();

  /**
   * @param files with systemd and etc in it
   * @param folder to work in
   */
  UnitProcesses(Path program, Path files, Path folder) {
    this.program = program;
    this.files = files;
    this.folder = folder;
  }

  /** A unit that was started. */
  static final class Running {
    private final Process process;

    private Running(Process process) {
      this.process = process;
    }

    /** As systemctl stop; gives the exit code. */
    int stop() throws InterruptedException {
      process.destroy();
      if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        throw new AssertionError("it does not end");
      }
      return process.exitValue();
    }
  }

  /**
   * @param instance what would stand behind the @
   * @param more settings of this test in the environment, as an operator's environment file
   */
  Running start(String name, String instance, Map<String, String> more) throws IOException {
    SystemdUnit unit = SystemdUnit.read(files.resolve("systemd").resolve(name), instance);
    Map<String, String> environment = new HashMap<>(unit.environment());
    environment.put("XDG_CACHE_HOME", folder.resolve("cache").toString());
    Path own = files.resolve(inEtc(unit.one("EnvironmentFile").substring(1)));
    if (Files.exists(own)) {
      environment.putAll(SystemdUnit.environmentFile(own));
    }
    environment.put("DEMOFUSION_COORDINATOR_BIND", address);
    environment.put("DEMOFUSION_COORDINATOR_HTTP", http);
    environment.put("DEMOFUSION_WORKER_JOIN", address);
    environment.putAll(more);
    List<String> arguments =
        unit.command().stream()
            .skip(1)
            .map(word -> word.startsWith("/etc/") ? files.resolve(inEtc(word)).toString() : word)
            .toList();
    return new Running(start(arguments, environment));
  }

  /** A command for the farm that runs; gives the exit code. */
  int ask(String... arguments) throws IOException, InterruptedException {
    Process process = start(List.of(arguments), Map.of("DEMOFUSION_COORDINATOR", "http://" + http));
    if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
      throw new AssertionError("it does not end: " + words());
    }
    return process.exitValue();
  }

  /** Everything that was said. */
  String words() {
    StringBuilder words = new StringBuilder();
    for (File log : logs) {
      try {
        words.append(Files.readString(log.toPath(), StandardCharsets.UTF_8));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return words.toString();
  }

  private static String inEtc(String path) {
    return path.replace("/etc/demofusion/", "etc/");
  }

  private Process start(List<String> arguments, Map<String, String> environment)
      throws IOException {
    // A test run in the background of a script has SIGINT ignored, and a JVM keeps that.
    List<String> command =
        new ArrayList<>(List.of("env", "--default-signal=INT,TERM", program.toString()));
    command.addAll(arguments);
    File log = File.createTempFile("unit", ".log", folder.toFile());
    logs.add(log);
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log);
    builder.environment().keySet().removeIf(name -> name.startsWith("DEMOFUSION_"));
    builder.environment().putAll(environment);
    Process process = builder.start();
    processes.add(process);
    return process;
  }

  private static String freeAddress() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return "127.0.0.1:" + socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    processes.forEach(Process::destroyForcibly);
  }
}
