package demofusion.deploy;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The distribution that the package phase put together, run as a process. */
public final class Distribution {
  private static final int PATIENCE_SECONDS = 300; // on machines that do much else
  private static final String LIMITED = "ulimit -f $0 && exec \"$@\"";

  private final Path home;
  private final Path workingFolder;

  /**
   * A third less of a processor's time where a process lives for seconds, as most do here. A test
   * that gives options of its own has the JVM as users have it.
   */
  private static final String SHORT_LIVED = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC";

  private Distribution(Path home, Path workingFolder) {
    this.home = home;
    this.workingFolder = workingFolder;
  }

  /** What a process said. */
  public record Said(int exitCode, String out, String err) {}

  /** As it was built, started in some folder. */
  public static Distribution builtOne(Path workingFolder) {
    return new Distribution(Path.of("target", "demofusion").toAbsolutePath(), workingFolder);
  }

  /** The same in another place, without the lab; what is large is linked. */
  public Distribution copiedTo(Path place) throws IOException {
    for (String folder : List.of("bin", "lib", "help")) {
      Files.createDirectories(place.resolve(folder));
      try (var files = Files.list(home.resolve(folder))) {
        for (Path file : files.filter(Files::isRegularFile).toList()) {
          Files.copy(file, place.resolve(folder).resolve(file.getFileName()));
        }
      }
    }
    Files.createSymbolicLink(place.resolve("lib/native"), home.resolve("lib/native"));
    Files.createSymbolicLink(place.resolve("models"), home.resolve("models"));
    return new Distribution(place, workingFolder);
  }

  public Path launcher() {
    return home.resolve("bin/demofusion");
  }

  public Path home() {
    return home;
  }

  public Said run(String... arguments) throws IOException, InterruptedException {
    return run(Map.of(), arguments);
  }

  public Said run(Map<String, String> environment, String... arguments)
      throws IOException, InterruptedException {
    File out = File.createTempFile("out", null);
    File err = File.createTempFile("err", null);
    return await(start(environment, out, err, arguments), out, err);
  }

  /** What it says on stderr while stdout goes elsewhere. */
  public Said runInto(File out, String... arguments) throws IOException, InterruptedException {
    File err = File.createTempFile("err", null);
    File nothing = File.createTempFile("out", null);
    return await(start(Map.of(), out, err, arguments), nothing, err);
  }

  private static Said await(Process process, File out, File err)
      throws IOException, InterruptedException {
    if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new AssertionError("still running: " + process.info());
    }
    return said(process.exitValue(), out, err);
  }

  /**
   * As on a disk that becomes full.
   *
   * @param blocks of 512 bytes that a file may have
   */
  public Said runWithFilesUpTo(int blocks, String... arguments)
      throws IOException, InterruptedException {
    File out = File.createTempFile("out", null);
    File err = File.createTempFile("err", null);
    List<String> command = new ArrayList<>(List.of("sh", "-c", LIMITED));
    command.addAll(List.of(String.valueOf(blocks), launcher().toString()));
    command.addAll(List.of(arguments));
    return await(start(command, Map.of(), out, err), out, err);
  }

  /** Starts without waiting. */
  public Process start(Map<String, String> environment, File out, File err, String... arguments)
      throws IOException {
    return startBehind(List.of(), environment, out, err, arguments);
  }

  /**
   * @param before a command that becomes the one that is appended to it
   */
  public Process startBehind(
      List<String> before, Map<String, String> environment, File out, File err, String... arguments)
      throws IOException {
    List<String> command = new ArrayList<>(before);
    // A test run in the background of a script has SIGINT ignored, and a JVM keeps that.
    command.addAll(List.of("env", "--default-signal=INT,TERM"));
    command.add(launcher().toString());
    command.addAll(List.of(arguments));
    return start(command, environment, out, err);
  }

  private Process start(List<String> command, Map<String, String> environment, File out, File err)
      throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(workingFolder.toFile())
            .redirectInput(new File("/dev/null"))
            .redirectOutput(out)
            .redirectError(err);
    builder.environment().keySet().removeIf(name -> name.startsWith("DEMOFUSION_"));
    builder.environment().put("DEMOFUSION_JAVA_OPTS", SHORT_LIVED);
    builder.environment().putAll(environment);
    return builder.start();
  }

  public static Said said(int exitCode, File out, File err) throws IOException {
    return new Said(
        exitCode,
        Files.readString(out.toPath(), StandardCharsets.UTF_8),
        Files.readString(err.toPath(), StandardCharsets.UTF_8));
  }
}
