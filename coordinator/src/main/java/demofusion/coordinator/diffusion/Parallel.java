package demofusion.coordinator.diffusion;

import java.util.stream.IntStream;

/**
 * Loops over the samples of a latent, on as many cores as there are. Ranges depend on count and
 * grain only, never on the machine, so whatever is computed per range has the same bits everywhere.
 */
public final class Parallel {
  /** The samples of one range, {@code from} inclusive, {@code to} exclusive. */
  @FunctionalInterface
  public interface RangeBody {
    void run(int from, int to);
  }

  private Parallel() {}

  /**
   * Cuts [0, count) into ranges of {@code grain} (the last may be shorter) and runs the body on
   * each, in any order and at the same time; in the caller's thread when one range holds all.
   */
  public static void forRanges(int count, int grain, RangeBody body) {
    if (count <= grain) {
      if (count > 0) {
        body.run(0, count);
      }
      return;
    }
    int ranges = (count - 1) / grain + 1;
    IntStream.range(0, ranges)
        .parallel()
        .forEach(
            range -> {
              int from = range * grain;
              body.run(from, from + Math.min(grain, count - from));
            });
  }
}
