package demofusion.deploy;

import demofusion.deploy.Distribution.Said;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code demofusion farm} as a process, with the processes that it starts, and who asks it. */
final class RunningFarm implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final Pattern ADDRESS =
      Pattern.compile("the farm is running at (http://[0-9.:]+)");

  private final Distribution distribution;
  private final Process process;
  private final File err;
  private final String url;

  private RunningFarm(Distribution distribution, Process process, File err)
      throws InterruptedException {
    this.distribution = distribution;
    this.process = process;
    this.err = err;
    await("the farm", () -> ADDRESS.matcher(words()).find());
    Matcher matcher = ADDRESS.matcher(words());
    url = matcher.find() ? matcher.group(1) : "";
  }

  /** With some workers of a synthetic model, and jobs in a folder; on ports that are free. */
  static RunningFarm start(Distribution distribution, Path data, int workers, int millis)
      throws IOException, InterruptedException {
    File err = File.createTempFile("farm", null);
    Process process =
        distribution.start(
            Map.of(),
            File.createTempFile("farm", null),
            err,
            "farm",
            "--workers",
            Integer.toString(workers),
            "--data",
            data.toString(),
            "--http",
            "127.0.0.1:0",
            "--synthetic",
            "window=8,millis=" + millis);
    return new RunningFarm(distribution, process, err);
  }

  /** What a command says that asks this farm. */
  Said ask(String... words) throws IOException, InterruptedException {
    return distribution.run(environment(), words);
  }

  /** The same without waiting for it. */
  Process begin(File out, File words, String... line) throws IOException {
    return distribution.start(environment(), out, words, line);
  }

  private Map<String, String> environment() {
    return Map.of("DEMOFUSION_COORDINATOR", url);
  }

  /** Waits until as many workers are there. */
  void awaitWorkers(int count) throws IOException, InterruptedException {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (ask("workers", "--json").out().lines().count() != count) {
      if (System.nanoTime() > end) {
        throw new AssertionError("workers never came: " + words());
      }
    }
  }

  /** Kills a node as a power cut would, by a word of its command line. */
  void kill(String word) {
    nodes(word).forEach(ProcessHandle::destroyForcibly);
  }

  private List<ProcessHandle> nodes(String word) {
    List<ProcessHandle> found = new ArrayList<>();
    for (ProcessHandle node : process.descendants().toList()) {
      String[] arguments = node.info().arguments().orElse(new String[0]);
      if (List.of(arguments).contains(word)) {
        found.add(node);
      }
    }
    return found;
  }

  static void await(String what, BooleanSupplier isSo) throws InterruptedException {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!isSo.getAsBoolean()) {
      if (System.nanoTime() > end) {
        throw new AssertionError(what + " never came");
      }
      Thread.sleep(50);
    }
  }

  static String read(File file) {
    try {
      return Files.readString(file.toPath(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      return "";
    }
  }

  private String words() {
    return read(err);
  }

  @Override
  public void close() {
    List<ProcessHandle> nodes = process.descendants().toList();
    process.destroy();
    try {
      if (!process.waitFor(1, TimeUnit.MINUTES)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    nodes.forEach(ProcessHandle::destroyForcibly);
  }
}
