package demofusion.deploy.compare.measure;

import java.util.ArrayList;
import java.util.List;

/** How much a picture varies within any rectangle, by sums that are made once. */
final class Spread {
  private final int step;
  private final List<double[]> sums = new ArrayList<>();
  private final List<double[]> squares = new ArrayList<>();

  private Spread(int step) {
    this.step = step;
  }

  static Spread of(Planes picture) {
    Spread spread = new Spread(picture.width() + 1);
    for (float[] plane : picture.planes()) {
      spread.add(plane, picture.width(), picture.height());
    }
    return spread;
  }

  private void add(float[] plane, int width, int height) {
    double[] sum = new double[step * (height + 1)];
    double[] square = new double[step * (height + 1)];
    for (int y = 0; y < height; y++) {
      double rowSum = 0;
      double rowSquare = 0;
      for (int x = 0; x < width; x++) {
        double value = plane[y * width + x];
        rowSum += value;
        rowSquare += value * value;
        int n = (y + 1) * step + x + 1;
        sum[n] = sum[n - step] + rowSum;
        square[n] = square[n - step] + rowSquare;
      }
    }
    sums.add(sum);
    squares.add(square);
  }

  /** The standard deviation of all planes together, each around its own mean. */
  double deviation(int left, int top, int width, int height) {
    double area = (double) width * height;
    double variance = 0;
    for (int plane = 0; plane < sums.size(); plane++) {
      double mean = within(sums.get(plane), left, top, width, height) / area;
      variance += within(squares.get(plane), left, top, width, height) / area - mean * mean;
    }
    return Math.sqrt(Math.max(0, variance));
  }

  private double within(double[] sum, int left, int top, int width, int height) {
    int above = top * step + left;
    int below = (top + height) * step + left;
    return sum[below + width] - sum[below] - sum[above + width] + sum[above];
  }
}
