package demofusion.deploy.compare.measure;

import java.util.Arrays;
import java.util.Collection;
import java.util.SplittableRandom;

/**
 * A mean over pictures, and how much it can be believed.
 *
 * @param low of the 95 % bootstrap interval: 10,000 resamples of the pictures, always the same ones
 * @param high of the same
 * @param p how often a mean so far from 0 comes about if each picture's sign is tossed
 * @param pictures n
 */
public record Interval(double mean, double low, double high, double p, int pictures) {
  private static final int RESAMPLES = 10_000;
  private static final long SEED = 20_231_129;

  /** Up to so many pictures every combination of signs is tried. */
  private static final int MOST_EXACT = 13;

  /**
   * @param values one for each picture, at least one
   */
  public static Interval of(Collection<Double> values) {
    double[] all = values.stream().mapToDouble(Double::doubleValue).toArray();
    if (all.length == 0) {
      throw new IllegalArgumentException("no values to average");
    }
    SplittableRandom random = new SplittableRandom(SEED);
    double[] means = new double[RESAMPLES];
    for (int n = 0; n < RESAMPLES; n++) {
      double sum = 0;
      for (int k = 0; k < all.length; k++) {
        sum += all[random.nextInt(all.length)];
      }
      means[n] = sum / all.length;
    }
    Arrays.sort(means);
    double mean = Arrays.stream(all).average().orElseThrow();
    return new Interval(
        mean,
        means[RESAMPLES / 40],
        means[RESAMPLES - 1 - RESAMPLES / 40],
        signFlip(all, Math.abs(mean), random),
        all.length);
  }

  private static double signFlip(double[] all, double mean, SplittableRandom random) {
    boolean exact = all.length <= MOST_EXACT;
    int tries = exact ? 1 << all.length : RESAMPLES;
    int asFar = 0;
    for (int n = 0; n < tries; n++) {
      double sum = 0;
      for (int k = 0; k < all.length; k++) {
        boolean flipped = exact ? (n >> k & 1) == 1 : random.nextBoolean();
        sum += flipped ? -all[k] : all[k];
      }
      if (Math.abs(sum / all.length) >= mean - 1e-12) {
        asFar++;
      }
    }
    // With signs tossed at random, what was seen is one of the tosses.
    return exact ? (double) asFar / tries : (asFar + 1.0) / (tries + 1);
  }
}
