package demofusion.deploy.terminal;

import java.util.function.IntFunction;
import java.util.function.LongSupplier;

/**
 * The line on stderr that says how far something is: on a terminal drawn over in place, elsewhere a
 * plain line every few seconds. Other lines go between without spoiling it.
 */
final class LiveLine {
  private static final long REDRAW_NANOS = 100_000_000L;
  private static final long PLAIN_NANOS = 5_000_000_000L;
  private static final String TO_LINE_START = "\r";
  private static final String ERASE_TO_LINE_END = "\u001b[K";

  private final Terminal terminal;
  private final LongSupplier nanoTime;
  private final boolean quiet;
  private final long patience;
  private long lastShown;
  private boolean lineIsOpen;

  /**
   * @param nanoTime the clock
   */
  LiveLine(Terminal terminal, LongSupplier nanoTime, boolean quiet) {
    this.terminal = terminal;
    this.nanoTime = nanoTime;
    this.quiet = quiet;
    patience = terminal.redraws() ? REDRAW_NANOS : PLAIN_NANOS;
    lastShown = nanoTime.getAsLong() - (terminal.redraws() ? patience : 0);
  }

  /**
   * Shows where it stands, unless it was shown a moment ago.
   *
   * @param line for at most so many columns; 0 for any number
   */
  void show(IntFunction<String> line) {
    long now = nanoTime.getAsLong();
    if (!quiet && now - lastShown >= patience) {
      lastShown = now;
      draw(line.apply(width()));
    }
  }

  /** Shows a line at once where it can be drawn over later. */
  void showInPlace(IntFunction<String> line) {
    if (!quiet && terminal.redraws()) {
      draw(line.apply(width()));
    }
  }

  /** Puts a line in its place that stays. */
  void keep(String line) {
    if (!quiet) {
      draw(line);
      close();
    }
  }

  /** A sentence in between, for example a warning. */
  void say(String sentence) {
    if (!quiet) {
      close();
      terminal.say(sentence);
    }
  }

  /** What follows begins on a line of its own. */
  void close() {
    if (lineIsOpen) {
      terminal.err().println();
      lineIsOpen = false;
    }
  }

  /** One column is left free: a terminal wraps when the last one is written. */
  private int width() {
    return terminal.redraws() ? Math.max(1, terminal.columns() - 1) : 0;
  }

  private void draw(String line) {
    if (terminal.redraws()) {
      terminal.err().print(TO_LINE_START + line + ERASE_TO_LINE_END);
      terminal.err().flush();
      lineIsOpen = true;
    } else {
      terminal.err().println(line);
    }
  }
}
