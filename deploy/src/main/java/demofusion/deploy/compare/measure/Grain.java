package demofusion.deploy.compare.measure;

import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Noise: the finest detail in the quarter of a picture that is flattest in L, against L's there.
 */
final class Grain {
  private static final int TILE = 32;

  private Grain() {}

  /** log2 of the ratio: 0 as L, 1 twice as much. */
  static double of(GreyPicture picture, GreyPicture enlarged) {
    int across = Math.max(1, picture.width() / TILE);
    int down = Math.max(1, picture.height() / TILE);
    double[] usual = new double[across * down];
    for (int n = 0; n < usual.length; n++) {
      usual[n] = finest(enlarged, n % across, n / across);
    }
    List<Integer> flat =
        IntStream.range(0, usual.length)
            .boxed()
            .sorted(Comparator.comparingDouble(n -> usual[n]))
            .limit(Math.max(1, usual.length / 4))
            .toList();
    double here = 0;
    double there = 0;
    for (int n : flat) {
      here += finest(picture, n % across, n / across);
      there += usual[n];
    }
    // What rounding to 8 bits makes of an even slope counts as nothing.
    double least = flat.size() * 1e-7;
    return BandEnergy.log2Ratio(here + least, there + least);
  }

  private static double finest(GreyPicture picture, int column, int row) {
    double sum = 0;
    int count = 0;
    int right = Math.min(picture.width(), (column + 1) * TILE);
    int bottom = Math.min(picture.height(), (row + 1) * TILE);
    for (int y = row * TILE; y + 2 <= bottom; y += 2) {
      for (int x = column * TILE; x + 2 <= right; x += 2) {
        double mean = picture.mean(x, y, x + 2, y + 2);
        for (int n = 0; n < 4; n++) {
          double detail = picture.at(x + n % 2, y + n / 2) - mean;
          sum += detail * detail;
        }
        count += 4;
      }
    }
    return count == 0 ? 0 : sum / count;
  }
}
