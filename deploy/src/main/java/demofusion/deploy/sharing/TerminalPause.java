package demofusion.deploy.sharing;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * Whoever sits at the worker's terminal: "p" and Enter takes the card back, and once more gives it
 * to the farm again. Nothing is read unless a line is there and the worker is in the foreground of
 * its terminal, since the system would stop a process in the background that reads.
 */
public final class TerminalPause implements CardOwner {
  private static final Duration LOOK = Duration.ofMillis(300);
  private static final String KEY = "p";
  private static final int LONGEST_LINE = 256;

  private final InputStream input;
  private final BooleanSupplier isInForeground;
  private final Consumer<String> say;
  private final StringBuilder line = new StringBuilder();
  private volatile boolean isPaused;

  TerminalPause(InputStream input, BooleanSupplier isInForeground, Consumer<String> say) {
    this.input = input;
    this.isInForeground = isInForeground;
    this.say = say;
  }

  /**
   * That of this process, from here on; empty where its stdin is no terminal.
   *
   * @param say tells the one who sits there
   */
  public static Optional<CardOwner> ofProcess(Consumer<String> say) {
    if (!isTerminal(Path.of("/proc/self/fd/0"))) {
      return Optional.empty();
    }
    TerminalPause pause =
        new TerminalPause(System.in, () -> isInForeground(Path.of("/proc/self/stat")), say);
    Thread thread = new Thread(pause::listen, "terminal-pause");
    thread.setDaemon(true);
    thread.start();
    say.accept("p and Enter pauses this worker and frees its card, and lets it go on again");
    return Optional.of(pause);
  }

  /**
   * @param stdin a link to what it is
   */
  static boolean isTerminal(Path stdin) {
    try {
      return Files.readSymbolicLink(stdin).toString().matches("/dev/(pts/\\d+|tty.*|console)");
    } catch (IOException e) {
      return false;
    }
  }

  /**
   * Whether the process' group is the one that its terminal listens to.
   *
   * @param stat its line in /proc: after the name in parentheses state, parent, group, session,
   *     terminal, and the terminal's group
   */
  static boolean isInForeground(Path stat) {
    try {
      String text = Files.readString(stat);
      String[] words = text.substring(text.lastIndexOf(')') + 1).strip().split("\\s+", -1);
      return words.length > 5 && words[2].equals(words[5]);
    } catch (IOException e) {
      return false;
    }
  }

  private void listen() {
    try {
      while (true) {
        look();
        TimeUnit.MILLISECONDS.sleep(LOOK.toMillis());
      }
    } catch (IOException e) {
      isPaused = false; // the terminal is gone, and with it who could let it go on
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Reads what is there. */
  void look() throws IOException {
    while (isInForeground.getAsBoolean() && input.available() > 0) {
      int next = input.read();
      if (next == '\n' || line.length() >= LONGEST_LINE) {
        typed(line.toString().strip());
        line.setLength(0);
      } else {
        line.append((char) next);
      }
    }
  }

  private void typed(String word) {
    if (!word.equalsIgnoreCase(KEY)) {
      if (!word.isEmpty()) {
        say.accept(
            "only p and Enter means something here: it pauses this worker, or lets it go on");
      }
      return;
    }
    isPaused = !isPaused;
    say.accept(
        isPaused
            ? "paused: the card is free when the batch that it is at has ended; p and Enter goes on"
            : "the worker loads its model and joins again in some ten seconds");
  }

  @Override
  public Optional<String> wants(Instant now) {
    return isPaused ? Optional.of("paused at its terminal") : Optional.empty();
  }
}
