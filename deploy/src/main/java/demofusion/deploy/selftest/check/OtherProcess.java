package demofusion.deploy.selftest.check;

import demofusion.protocol.model.ModelSource;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A second process of this program with the same model on the same device: {@code selftest
 * --fingerprint}. It says {@value #READY} when the model is loaded, and its fingerprint after a
 * line of ours, so that both can work at the same moment.
 */
public final class OtherProcess implements AutoCloseable {
  static final String READY = "ready";

  private static final String MAIN = "demofusion.deploy.Main";

  private final Process process;
  private final BufferedReader answers;
  private final Path words;
  private @Nullable CompletableFuture<Void> timer;
  private volatile @Nullable Duration limitPassed;

  private OtherProcess(Process process, Path words) {
    this.process = process;
    this.words = words;
    this.answers = process.inputReader(StandardCharsets.UTF_8);
  }

  /** Ends it when that time has passed from now, in place of what was said before. */
  void endAfter(Duration limit) {
    endNoMore();
    timer =
        CompletableFuture.runAsync(
            () -> endAtLast(limit),
            CompletableFuture.delayedExecutor(limit.toMillis(), TimeUnit.MILLISECONDS));
  }

  void endNoMore() {
    if (timer != null) {
      timer.cancel(false);
      timer = null;
    }
  }

  private void endAtLast(Duration limit) {
    if (process.isAlive()) { // a device that hangs, or is slow
      limitPassed = limit;
      process.destroyForcibly();
    }
  }

  /** The time after which we ended it; null where we did not. */
  @Nullable Duration limitPassed() {
    return limitPassed;
  }

  /** As this process was started, but for what it is to do. */
  static List<String> command(
      ModelSource source, String device, String precision, int threads, boolean quick) {
    List<String> line = new ArrayList<>();
    line.add(Path.of(System.getProperty("java.home", ""), "bin", "java").toString());
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(argument -> !argument.startsWith("-agentlib") && !argument.startsWith("-javaagent"))
        .forEach(line::add);
    line.addAll(List.of("-cp", absolute(System.getProperty("java.class.path", "")), MAIN));
    line.addAll(List.of("selftest", "--fingerprint", "--device", device));
    line.addAll(List.of("--precision", precision, "--threads", Integer.toString(threads)));
    add(line, "--model", source.base());
    add(line, "--variant", source.variant());
    add(line, "--vae", source.vae());
    add(line, "--model-config", source.config());
    if (quick) {
      line.add("--quick");
    }
    return line;
  }

  private static String absolute(String classPath) {
    List<String> entries = new ArrayList<>();
    for (String entry : classPath.split(File.pathSeparator, -1)) {
      entries.add(entry.isEmpty() ? entry : Path.of(entry).toAbsolutePath().toString());
    }
    return String.join(File.pathSeparator, entries);
  }

  private static void add(List<String> line, String option, @Nullable String value) {
    if (value != null) {
      line.addAll(List.of(option, value));
    }
  }

  static OtherProcess start(List<String> command) throws IOException {
    Path words = Files.createTempFile("demofusion-selftest-", ".log");
    try {
      ProcessBuilder builder = new ProcessBuilder(command).redirectError(words.toFile());
      return new OtherProcess(builder.start(), words);
    } catch (IOException e) {
      Files.deleteIfExists(words);
      throw e;
    }
  }

  /**
   * The second process's part.
   *
   * @param out prints a line at once
   */
  public static void serve(Probe probe, InputStream in, Consumer<String> out) {
    out.accept(READY);
    try {
      if (in.read() < 0) {
        return; // whoever started it is gone
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    out.accept(Fingerprint.of(probe).line());
  }

  /** Waits until its model is loaded; whether it is. */
  boolean isReady() throws IOException {
    return READY.equals(answers.readLine());
  }

  void go() throws IOException {
    process.getOutputStream().write('\n');
    process.getOutputStream().flush();
  }

  /** What it found; null where it ended before. */
  @Nullable Fingerprint fingerprint() throws IOException {
    String line = answers.readLine();
    return line == null ? null : Fingerprint.parse(line);
  }

  /** The last sentence that it said. */
  String lastWords() {
    try {
      return Files.readString(words)
          .lines()
          .filter(line -> !line.isBlank())
          .reduce((before, last) -> last)
          .orElse("it said nothing");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    endNoMore();
    process.destroy();
    try {
      if (!process.waitFor(10, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
      Files.deleteIfExists(words);
    } catch (IOException e) {
      words.toFile().deleteOnExit();
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
