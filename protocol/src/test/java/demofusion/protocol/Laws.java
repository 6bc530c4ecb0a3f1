package demofusion.protocol;

import java.util.SplittableRandom;
import java.util.function.Consumer;

/**
 * Tests of what holds whatever the values are, for many cases that are drawn anew in every run. A
 * failure names its seed: {@code mvn test -Dlaws.seed=4711} draws the same cases again.
 */
public final class Laws {
  private static final String SEED = "laws.seed";
  private static final long THIS_RUNS_SEED =
      Long.getLong(SEED, new SplittableRandom().nextInt(1_000_000));

  private Laws() {}

  /**
   * Holds the law against so many cases. In the first every value is the lowest of its range, in
   * the second the highest, and of the others every sixth or so has values near the bounds only.
   */
  public static void forAll(int cases, Consumer<Draw> law) {
    forAll(THIS_RUNS_SEED, cases, law);
  }

  static void forAll(long seed, int cases, Consumer<Draw> law) {
    SplittableRandom random = new SplittableRandom(seed);
    for (int number = 0; number < cases; number++) {
      Draw draw = Draw.ofCase(number, random.split());
      try {
        law.accept(draw);
      } catch (RuntimeException | Error e) {
        throw new AssertionError(
            String.format(
                "case %d of seed %d (again: -D%s=%d), drawn: %s%n%s",
                number, seed, SEED, seed, draw, e),
            e);
      }
    }
  }
}
