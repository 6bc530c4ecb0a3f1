package demofusion.coordinator.diffusion.random;

import demofusion.coordinator.diffusion.Parallel;

/**
 * Uniform values into normal ones, in torch's blocks of sixteen (spec section 7). Every block
 * depends on itself alone, so that several threads give the same bits as one.
 *
 * <p>The bits are StrictMath's, rounded to float, on every machine; but its functions are several
 * times slower than Math's, of which Java promises no more than that they are within one unit in
 * the last place of the truth, as StrictMath's are. So Math's are taken wherever everything that
 * near rounds to the same float, which is nearly everywhere.
 */
final class BoxMuller {
  static final int BLOCK = 16;

  private static final int HALF = BLOCK / 2;
  private static final int BLOCKS_AT_ONCE = 1024;

  /**
   * Two logarithms differ by 2⁻⁵¹ of their size at most, the radius by half of that, cosines by
   * 2⁻⁵¹, and three roundings add 2⁻⁵³ each on either side: together less than this.
   */
  private static final double MOST_APART = 0x1p-48;

  private BoxMuller() {}

  /** Transforms that many blocks from the array's start, in place. */
  static void transformBlocks(float[] values, int blocks) {
    Parallel.forRanges(
        blocks,
        BLOCKS_AT_ONCE,
        (from, to) -> {
          for (int block = from; block < to; block++) {
            transformBlock(values, block * BLOCK);
          }
        });
  }

  /** Transforms the sixteen uniform values in [0, 1) that begin there, in place. */
  static void transformBlock(float[] values, int start) {
    for (int j = start; j < start + HALF; j++) {
      float uniform = 1 - values[j];
      double radius = Math.sqrt(-2 * Math.log(uniform));
      double angle = 2 * Math.PI * values[j + HALF];
      double cosine = radius * Math.cos(angle);
      double sine = radius * Math.sin(angle);
      if (!isCertain(cosine) || !isCertain(sine)) {
        double strict = Math.sqrt(-2 * StrictMath.log(uniform));
        cosine = strict * StrictMath.cos(angle);
        sine = strict * StrictMath.sin(angle);
      }
      values[j] = (float) cosine;
      values[j + HALF] = (float) sine;
    }
  }

  /** Whether all that this value may have been instead is the same float. */
  private static boolean isCertain(double value) {
    double apart = value * MOST_APART;
    return value != 0 && (float) (value - apart) == (float) (value + apart);
  }
}
