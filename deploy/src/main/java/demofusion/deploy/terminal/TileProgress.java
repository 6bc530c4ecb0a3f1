package demofusion.deploy.terminal;

import java.util.function.LongSupplier;

/** How many tiles of a picture are done, on one line of stderr, with the time that is left. */
public final class TileProgress {
  private static final double NANOS = 1e9;

  private final LiveLine line;
  private final LongSupplier nanoTime;
  private final long tiles;
  private final long began;

  /**
   * @param nanoTime the clock
   */
  public TileProgress(Terminal terminal, LongSupplier nanoTime, boolean quiet, long tiles) {
    this.line = new LiveLine(terminal, nanoTime, quiet);
    this.nanoTime = nanoTime;
    this.tiles = tiles;
    this.began = nanoTime.getAsLong();
  }

  /** So many are done. */
  public void at(long done) {
    double seconds = (nanoTime.getAsLong() - began) / NANOS;
    String text =
        "tile %s/%s  ETA %s"
            .formatted(done, tiles, Durations.clock(seconds / done * (tiles - done)));
    line.show(
        columns -> columns > 0 && text.length() > columns ? text.substring(0, columns) : text);
  }

  /** What follows begins on a line of its own. */
  public void end() {
    line.close();
  }
}
