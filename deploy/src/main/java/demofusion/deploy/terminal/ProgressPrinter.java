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
  private final LiveLine line;
  private @Nullable Progress text;

  /**
   * @param nanoTime the clock
   */
  public ProgressPrinter(Terminal terminal, LongSupplier nanoTime, boolean quiet) {
    line = new LiveLine(terminal, nanoTime, quiet);
  }

  /** What there is to do. */
  public synchronized void begin(RenderPlan plan) {
    text = new Progress(plan);
  }

  /** A view batch came back. */
  public synchronized void show(RenderProgress progress) {
    Progress known = text;
    if (known != null) {
      line.show(columns -> known.line(progress, columns));
    }
  }

  /** A phase's timesteps are done; its line stays. */
  public synchronized void endPhase(Phase phase, Duration time) {
    if (text != null) {
      line.keep(text.doneLine(phase, time));
    }
  }

  /** The last latent becomes a picture. */
  public synchronized void decode() {
    if (text != null) {
      line.showInPlace(text::decodingLine);
    }
  }

  /** A sentence in between, for example a warning; the line of progress goes on below it. */
  public synchronized void say(String sentence) {
    line.say(sentence);
  }

  /** Nothing more will come: what follows begins on a line of its own. */
  public synchronized void end() {
    line.close();
    text = null;
  }
}
