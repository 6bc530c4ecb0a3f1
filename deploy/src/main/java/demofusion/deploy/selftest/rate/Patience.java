package demofusion.deploy.selftest.rate;

/** How long measuring may take, so that a slow device is measured too, in fewer sizes. */
final class Patience {
  /** Warm-ups and measured runs of a size that comes next, which is often twice as large. */
  private static final int RUNS_OF_NEXT = 10;

  private final long until;

  Patience(double seconds) {
    this.until = System.nanoTime() + (long) (seconds * 1e9);
  }

  /**
   * @param seconds that one run of the size before took
   */
  boolean allowsMoreThan(double seconds) {
    return System.nanoTime() + (long) (RUNS_OF_NEXT * seconds * 1e9) < until;
  }
}
