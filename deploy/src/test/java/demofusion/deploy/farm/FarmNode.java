package demofusion.deploy.farm;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** A node of a farm as a process, with its log. */
final class FarmNode {
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final String name;
  private final Process process;
  private final Path log;

  FarmNode(String name, Process process, Path log) {
    this.name = name;
    this.process = process;
    this.log = log;
  }

  String name() {
    return name;
  }

  /** All that it said, oldest first; a line that is being written is not among it. */
  List<String> log() {
    try {
      String said = new String(Files.readAllBytes(log), StandardCharsets.UTF_8);
      return said.substring(0, said.lastIndexOf('\n') + 1).lines().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  long count(String words) {
    return log().stream().filter(line -> line.contains(words)).count();
  }

  /** Waits until it has said this so many times. */
  void awaitLog(String words, int times) {
    Await.until(
        name + " says " + words + " (" + times + ")",
        PATIENCE,
        () -> {
          if (!process.isAlive() && count(words) < times) {
            throw new AssertionError(name + " ended: " + String.join("\n", log()));
          }
          return count(words) >= times;
        },
        () -> String.join("\n", log()));
  }

  /** What a line of its log says of something, as {@code name=value}; the latest. */
  String said(String words, String name) {
    String line =
        log().stream()
            .filter(each -> each.contains(words))
            .reduce((earlier, later) -> later)
            .orElseThrow(() -> new AssertionError(this.name + " never said " + words));
    int from = line.indexOf(" " + name + "=") + name.length() + 2;
    return line.substring(from).split(" ", 2)[0];
  }

  /** When it said this first, at or after a moment. */
  Instant when(String words, Instant from) {
    return find(words, from)
        .orElseThrow(() -> new AssertionError(name + " never said " + words + " after " + from));
  }

  /** The same, as soon as it does. */
  Instant awaitWhen(String words, Instant from) {
    Await.until(
        name + " says " + words + " after " + from,
        PATIENCE,
        () -> find(words, from).isPresent(),
        () -> String.join("\n", log()));
    return when(words, from);
  }

  private Optional<Instant> find(String words, Instant from) {
    return log().stream()
        .filter(line -> line.contains(words))
        .map(line -> OffsetDateTime.parse(line.substring(0, line.indexOf(' '))).toInstant())
        .filter(time -> !time.isBefore(from))
        .findFirst();
  }

  /** KILL, TERM, STOP, CONT. */
  Instant signal(String signal) throws IOException, InterruptedException {
    Instant now = Instant.now();
    new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid())).start().waitFor();
    return now;
  }

  int awaitExit() throws InterruptedException {
    if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
      throw new AssertionError(name + " does not end: " + String.join("\n", log()));
    }
    return process.exitValue();
  }

  long pid() {
    return process.pid();
  }

  boolean isAlive() {
    return process.isAlive();
  }

  void destroy() {
    process.destroyForcibly();
  }
}
