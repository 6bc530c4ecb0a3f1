package demofusion.deploy.terminal;

import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Shows progress on stderr: on a terminal one line for each phase, drawn over in place; elsewhere a
 * plain line every few seconds. Called from one thread at a time.
 */
public final class ProgressPrinter {
  private static final long REDRAW_NANOS = 100_000_000L;
  private static final long PLAIN_NANOS = 5_000_000_000L;
  private static final String TO_LINE_START = "\r";
  private static final String ERASE_TO_LINE_END = "\u001b[K";

  private final Terminal terminal;
  private final LongSupplier nanoTime;
  private final boolean quiet;
  private final long began;
  private long phaseBegan;
  private long lastShown;
  private boolean lineIsOpen;
  private @Nullable Progress last;

  /**
   * @param nanoTime the clock
   */
  public ProgressPrinter(Terminal terminal, LongSupplier nanoTime, boolean quiet) {
    this.terminal = terminal;
    this.nanoTime = nanoTime;
    this.quiet = quiet;
    began = nanoTime.getAsLong();
    phaseBegan = began;
    lastShown = began;
  }

  /** Something moved. */
  public synchronized void show(Progress progress) {
    if (quiet) {
      return;
    }
    long now = nanoTime.getAsLong();
    if (last != null && last.phase() != progress.phase()) {
      endPhase(last, now);
    }
    boolean first = last == null;
    last = progress;
    long patience = terminal.redraws() ? REDRAW_NANOS : PLAIN_NANOS;
    if ((first && terminal.redraws()) || now - lastShown >= patience) {
      lastShown = now;
      draw(progress, now);
    }
  }

  /** A sentence in between, for example a warning; the line of progress goes on below it. */
  public synchronized void say(String sentence) {
    closeLine();
    terminal.say(sentence);
  }

  /** The picture is done, or will not be. */
  public synchronized void end(boolean whole) {
    if (last != null && whole) {
      endPhase(last, nanoTime.getAsLong());
    }
    closeLine();
    last = null;
  }

  private void draw(Progress progress, long now) {
    if (terminal.redraws()) {
      // One column is left free: a terminal wraps when the last one is written.
      String line = progress.line(now - began, Math.max(1, terminal.columns() - 1));
      terminal.err().print(TO_LINE_START + line + ERASE_TO_LINE_END);
      terminal.err().flush();
      lineIsOpen = true;
    } else {
      terminal.err().println(progress.line(now - began, 0));
    }
  }

  private void endPhase(Progress phase, long now) {
    String line = phase.doneLine(now - phaseBegan);
    phaseBegan = now;
    if (lineIsOpen) {
      terminal.err().print(TO_LINE_START + line + ERASE_TO_LINE_END);
      closeLine();
    } else {
      terminal.err().println(line);
    }
  }

  private void closeLine() {
    if (lineIsOpen) {
      terminal.err().println();
      lineIsOpen = false;
    }
  }
}
