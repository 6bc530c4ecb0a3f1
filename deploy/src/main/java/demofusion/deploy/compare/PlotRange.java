package demofusion.deploy.compare;

import java.util.Arrays;

/** What an axis of a {@link StudyPlot} shows: all values, with room at both ends. */
record PlotRange(double least, double most) {
  private static final double ROOM = 0.12;

  /** Of the range: values that are nearer to each other have no room for two labels. */
  private static final double NEAR = 0.07;

  /**
   * @param leastSpan how much is shown at least, however alike the values are
   */
  static PlotRange around(double[] values, double leastSpan) {
    double least = Arrays.stream(values).min().orElse(0);
    double most = Arrays.stream(values).max().orElse(1);
    double span = Math.max(most - least, leastSpan);
    double room = (span > 0 ? span : 1) * (1 + 2 * ROOM) - (most - least);
    return new PlotRange(least - room / 2, most + room / 2);
  }

  double span() {
    return most - least;
  }

  /** Whether a point's label, above it, would be on that of one before it. */
  boolean isCrowded(double[] ys, PlotRange across, double[] xs, int point) {
    for (int n = 0; n < point; n++) {
      if (Math.abs(ys[n] - ys[point]) < NEAR * span()
          && Math.abs(xs[n] - xs[point]) < NEAR * across.span()) {
        return true;
      }
    }
    return false;
  }
}
