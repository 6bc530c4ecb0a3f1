package demofusion.deploy.terminal;

import demofusion.coordinator.diffusion.Phase;
import demofusion.coordinator.diffusion.RenderPlan;
import demofusion.coordinator.render.RenderProgress;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Shows the progress of one picture on stderr: on a terminal one line for each phase, drawn over in
 * place; elsewhere a plain line every few seconds.
 */
public final class ProgressPrinter {
  private static final long REDRAW_NANOS = 100_000_000L;
  private static final long PLAIN_NANOS = 5_000_000_000L;
  private static final String TO_LINE_START = "\r";
  private static final String ERASE_TO_LINE_END = "\u001b[K";

  private final Terminal terminal;
  private final LongSupplier nanoTime;
  private final boolean quiet;
  private final long patience;
  private @Nullable Progress text;
  private long lastShown;
  private boolean lineIsOpen;

  /**
   * @param nanoTime the clock
   */
  public ProgressPrinter(Terminal terminal, LongSupplier nanoTime, boolean quiet) {
    this.terminal = terminal;
    this.nanoTime = nanoTime;
    this.quiet = quiet;
    patience = terminal.redraws() ? REDRAW_NANOS : PLAIN_NANOS;
    lastShown = nanoTime.getAsLong() - (terminal.redraws() ? patience : 0);
  }

  /** What there is to do. */
  public synchronized void begin(RenderPlan plan) {
    text = new Progress(plan);
  }

  /** A unit of work came back. */
  public synchronized void show(RenderProgress progress) {
    long now = nanoTime.getAsLong();
    if (text != null && !quiet && now - lastShown >= patience) {
      lastShown = now;
      draw(text.line(progress, width()));
    }
  }

  /** A phase's timesteps are done; its line stays. */
  public synchronized void endPhase(Phase phase, Duration time) {
    if (text != null && !quiet) {
      draw(text.doneLine(phase, time));
      closeLine();
    }
  }

  /** The last latent becomes a picture. */
  public synchronized void decode() {
    if (text != null && !quiet && terminal.redraws()) {
      draw(text.decodingLine(width()));
    }
  }

  /** A sentence in between, for example a warning; the line of progress goes on below it. */
  public synchronized void say(String sentence) {
    if (!quiet) {
      closeLine();
      terminal.say(sentence);
    }
  }

  /** Nothing more will come: what follows begins on a line of its own. */
  public synchronized void end() {
    closeLine();
    text = null;
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

  private void closeLine() {
    if (lineIsOpen) {
      terminal.err().println();
      lineIsOpen = false;
    }
  }
}
