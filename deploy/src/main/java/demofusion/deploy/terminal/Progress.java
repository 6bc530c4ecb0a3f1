package demofusion.deploy.terminal;

import demofusion.protocol.latent.PixelExtent;

/**
 * How far a picture has come.
 *
 * @param phase of {@code phases}, both from 1
 * @param size of the phase's picture
 * @param activity what is being done
 * @param done of {@code total}: timesteps, or tiles of the decoder
 * @param tiles guided views predicted so far, in all phases, before a resume included
 * @param tilesInAll guided views of the whole picture
 * @param tilesBefore of {@code tiles}, those that an earlier run predicted
 */
public record Progress(
    int phase,
    int phases,
    PixelExtent size,
    Activity activity,
    int done,
    int total,
    long tiles,
    long tilesInAll,
    long tilesBefore) {
  /** What is being done. */
  public enum Activity {
    DENOISING("step"),
    DECODING("decoding");

    private final String label;

    Activity(String label) {
      this.label = label;
    }
  }

  /**
   * As one line.
   *
   * @param elapsedNanos since this run began to predict
   * @param columns at most so many characters; 0 for any number
   */
  public String line(long elapsedNanos, int columns) {
    StringBuilder line = new StringBuilder();
    line.append("phase ").append(phase).append('/').append(phases);
    line.append("  ").append(size);
    line.append("  ").append(activity.label).append(' ').append(done).append('/').append(total);
    line.append("  tiles ").append(tiles).append('/').append(tilesInAll);
    double seconds = elapsedNanos / 1e9;
    long tilesHere = tiles - tilesBefore;
    if (tilesHere > 0 && seconds > 0) {
      double rate = tilesHere / seconds;
      line.append("  ").append(Durations.rate(rate)).append(" tiles/s");
      line.append("  ETA ").append(Durations.clock((tilesInAll - tiles) / rate));
    }
    return columns > 0 && line.length() > columns ? line.substring(0, columns) : line.toString();
  }

  /** As the line that stays when a phase is over. */
  public String doneLine(long phaseNanos) {
    return "phase "
        + phase
        + "/"
        + phases
        + "  "
        + size
        + "  done in "
        + Durations.words(phaseNanos / 1e9);
  }
}
