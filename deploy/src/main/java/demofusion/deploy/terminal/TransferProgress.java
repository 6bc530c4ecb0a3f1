package demofusion.deploy.terminal;

import java.util.function.LongSupplier;

/** How far a file is on its way, on one line of stderr, with the time that the rest will take. */
public final class TransferProgress {
  private static final double NANOS = 1e9;
  private static final double LEAST_SECONDS = 0.5;

  private final LiveLine line;
  private final LongSupplier nanoTime;
  private final String what;
  private final long bytes;
  private final long began;
  private long first = -1;

  /**
   * @param what is done with which file
   * @param bytes of all of it
   * @param nanoTime the clock
   */
  public TransferProgress(
      Terminal terminal, LongSupplier nanoTime, boolean quiet, String what, long bytes) {
    this.line = new LiveLine(terminal, nanoTime, quiet);
    this.nanoTime = nanoTime;
    this.what = what;
    this.bytes = bytes;
    this.began = nanoTime.getAsLong();
  }

  /** So many bytes of it are done. */
  public synchronized void at(long done) {
    if (first < 0) {
      first = done;
    }
    line.show(columns -> cut(text(done), columns));
  }

  private String text(long done) {
    StringBuilder text = new StringBuilder(what);
    text.append("  ").append(ByteSizes.words(done)).append(" of ").append(ByteSizes.words(bytes));
    double seconds = (nanoTime.getAsLong() - began) / NANOS;
    double perSecond = (done - first) / Math.max(seconds, LEAST_SECONDS);
    if (perSecond > 0) {
      text.append("  ").append(ByteSizes.words((long) perSecond)).append("/s");
      text.append("  ETA ").append(Durations.clock((bytes - done) / perSecond));
    }
    return text.toString();
  }

  private static String cut(String text, int columns) {
    return columns > 0 && text.length() > columns ? text.substring(0, columns) : text;
  }

  /** It is over: a line that stays. */
  public synchronized void done() {
    double seconds = (nanoTime.getAsLong() - began) / NANOS;
    line.keep(
        what + "  " + ByteSizes.words(bytes) + " in " + Durations.words(Math.max(seconds, 0)));
  }

  /** A sentence in between. */
  public synchronized void say(String sentence) {
    line.say(sentence);
  }

  /** What follows begins on a line of its own. */
  public synchronized void end() {
    line.close();
  }
}
