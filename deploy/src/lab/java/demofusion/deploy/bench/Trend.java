package demofusion.deploy.bench;

import java.util.List;

/**
 * The straight line through what was measured again and again (least squares), and how far it rises
 * from the first measurement to the last.
 */
public record Trend(double first, double last) {
  /**
   * @param values at equal distances, at least two
   */
  static Trend of(List<Double> values) {
    int count = values.size();
    if (count < 2) {
      throw new IllegalArgumentException("a trend needs at least two values, not " + count);
    }
    double middle = (count - 1) / 2.0;
    double mean = values.stream().mapToDouble(Double::doubleValue).average().orElse(0);
    double products = 0;
    double squares = 0;
    for (int n = 0; n < count; n++) {
      products += (n - middle) * (values.get(n) - mean);
      squares += (n - middle) * (n - middle);
    }
    double slope = products / squares;
    return new Trend(mean - slope * middle, mean + slope * middle);
  }

  double rise() {
    return last - first;
  }
}
