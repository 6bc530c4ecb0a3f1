package demofusion.deploy.compare.measure;

import java.util.List;
import java.util.OptionalDouble;

/**
 * How much the borders of windows show: how strong edges are along them, less what L has there,
 * against the same lattice moved elsewhere, in standard deviations. About 0 ± 1 for a picture
 * without seams. One picture proves nothing (a scene's own edge may lie on one of few borders);
 * over n pictures the mean times √n does. Blind where windows were jittered.
 */
final class SeamScore {
  /** Below this difference between neighbours an edge counts no less. */
  private static final double FAINT = 1e-3;

  private final WindowBorders borders;

  SeamScore(WindowBorders borders) {
    this.borders = borders;
  }

  /**
   * @param enlarged L
   * @return empty where there are no borders, or nowhere to move them
   */
  OptionalDouble of(GreyPicture picture, GreyPicture enlarged) {
    double[] columns = profile(picture, enlarged, false);
    double[] rows = profile(picture, enlarged, true);
    int factor = borders.factor();
    double sum = 0;
    double squares = 0;
    int count = 0;
    for (int shift = 2 * factor; shift < borders.period(); shift += factor) {
      for (int moved : new int[] {-shift, shift}) {
        double mean = mean(columns, rows, moved);
        if (!Double.isNaN(mean)) {
          sum += mean;
          squares += mean * mean;
          count++;
        }
      }
    }
    double here = mean(columns, rows, 0);
    if (count < 3 || Double.isNaN(here)) {
      return OptionalDouble.empty();
    }
    double mean = sum / count;
    double variance = squares / count - mean * mean;
    return variance < 1e-18
        ? OptionalDouble.empty()
        : OptionalDouble.of((here - mean) / Math.sqrt(variance));
  }

  /** At all borders, moved; NaN where all of them lie outside. */
  private double mean(double[] columns, double[] rows, int moved) {
    double[] sum = new double[2];
    add(columns, borders.columns(), moved, sum);
    add(rows, borders.rows(), moved, sum);
    return sum[1] == 0 ? Double.NaN : sum[0] / sum[1];
  }

  private void add(double[] profile, List<Integer> places, int moved, double[] sum) {
    int half = borders.factor() / 2;
    for (int place : places) {
      int from = place + moved - half;
      if (from >= 0 && from + 2 * half <= profile.length) {
        double band = 0;
        for (int n = from; n < from + 2 * half; n++) {
          band += profile[n];
        }
        sum[0] += band / (2 * half);
        sum[1]++;
      }
    }
  }

  /** By place: how strong edges are there, in logarithms, less L's. */
  private static double[] profile(GreyPicture picture, GreyPicture enlarged, boolean down) {
    double[] profile = edges(picture, down);
    double[] usual = edges(enlarged, down);
    for (int n = 0; n < profile.length; n++) {
      profile[n] -= usual[n];
    }
    return profile;
  }

  private static double[] edges(GreyPicture picture, boolean down) {
    int length = (down ? picture.height() : picture.width()) - 1;
    int across = down ? picture.width() : picture.height();
    double[] edges = new double[length];
    for (int n = 0; n < length; n++) {
      double sum = 0;
      for (int k = 0; k < across; k++) {
        double step =
            down
                ? picture.at(k, n + 1) - picture.at(k, n)
                : picture.at(n + 1, k) - picture.at(n, k);
        sum += Math.log(FAINT + Math.abs(step));
      }
      edges[n] = sum / across;
    }
    return edges;
  }
}
