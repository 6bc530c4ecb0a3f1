package demofusion.deploy.node;

import java.time.Duration;

/** Longer and longer waits between attempts that fail. */
final class Backoff {
  private static final Duration FIRST = Duration.ofMillis(200);
  private static final Duration LONGEST = Duration.ofSeconds(60);

  private Duration wait = FIRST;

  Duration next() {
    Duration now = wait;
    Duration doubled = wait.multipliedBy(2);
    wait = doubled.compareTo(LONGEST) < 0 ? doubled : LONGEST;
    return now;
  }

  void reset() {
    wait = FIRST;
  }
}
