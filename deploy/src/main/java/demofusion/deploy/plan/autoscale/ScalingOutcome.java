package demofusion.deploy.plan.autoscale;

import java.util.Arrays;
import java.util.List;

/**
 * What came of it.
 *
 * @param waits of each job, in the order of arrival, until any pod drew it, in seconds
 * @param times of each job from its arrival to its end, in seconds
 * @param gpuSeconds that pods were there, starting ones included
 * @param workSeconds that pods drew
 * @param fewest pods at any time
 * @param most pods at any time
 * @param seconds from the beginning until all work was done and only the minimum was left
 */
public record ScalingOutcome(
    List<Double> waits,
    List<Double> times,
    double gpuSeconds,
    double workSeconds,
    int fewest,
    int most,
    double seconds) {
  public ScalingOutcome {
    waits = List.copyOf(waits);
    times = List.copyOf(times);
  }

  /** Mean, median, nine of ten, worst; zeros of nothing. */
  public record Spread(double mean, double median, double p90, double max) {
    static Spread of(List<Double> values) {
      double[] sorted = values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
      if (sorted.length == 0) {
        return new Spread(0, 0, 0, 0);
      }
      return new Spread(
          Arrays.stream(sorted).average().orElse(0),
          rank(sorted, 0.5),
          rank(sorted, 0.9),
          sorted[sorted.length - 1]);
    }

    /** The smallest value that this share does not exceed. */
    private static double rank(double[] sorted, double share) {
      return sorted[Math.max(0, (int) Math.ceil(share * sorted.length) - 1)];
    }
  }

  public Spread waiting() {
    return Spread.of(waits);
  }

  public Spread taking() {
    return Spread.of(times);
  }
}
