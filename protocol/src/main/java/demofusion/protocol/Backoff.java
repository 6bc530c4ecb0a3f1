package demofusion.protocol;

import java.time.Duration;

/**
 * How long to wait before what failed is tried again: twice as long each time, up to a bound. There
 * is no jitter in it, since few wait at once.
 *
 * @param first wait
 * @param longest wait
 * @param mostAttempts after which it is given up
 */
public record Backoff(Duration first, Duration longest, int mostAttempts) {
  private static final int MOST_DOUBLINGS = 30;

  public Backoff {
    if (first.isNegative() || longest.compareTo(first) < 0) {
      throw new IllegalArgumentException(
          "a first wait of " + first + " must be positive and at most the longest, " + longest);
    }
    if (mostAttempts < 1) {
      throw new IllegalArgumentException(mostAttempts + " attempts must be at least 1");
    }
  }

  /** Where it is tried for ever, or until something else ends it. */
  public Backoff(Duration first, Duration longest) {
    this(first, longest, Integer.MAX_VALUE);
  }

  /**
   * @param failures before the one that is waited after, from 0
   */
  public Duration after(int failures) {
    Duration doubled = first.multipliedBy(1L << Math.min(failures, MOST_DOUBLINGS));
    return doubled.compareTo(longest) > 0 ? longest : doubled;
  }

  /**
   * @param failures in a row
   */
  public boolean isExhausted(int failures) {
    return failures >= mostAttempts;
  }
}
