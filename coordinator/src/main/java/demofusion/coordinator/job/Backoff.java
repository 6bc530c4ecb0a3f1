package demofusion.coordinator.job;

import java.time.Duration;

/** How long to wait before something is tried again: twice as long each time, up to a bound. */
record Backoff(Duration first, Duration longest) {
  private static final int MOST_DOUBLINGS = 30;

  Backoff {
    if (first.isNegative() || longest.compareTo(first) < 0) {
      throw new IllegalArgumentException(
          "a first wait of " + first + " must be positive and at most the longest, " + longest);
    }
  }

  /**
   * @param failures before, from 0
   */
  Duration after(int failures) {
    Duration doubled = first.multipliedBy(1L << Math.min(failures, MOST_DOUBLINGS));
    return doubled.compareTo(longest) > 0 ? longest : doubled;
  }
}
