package demofusion.coordinator.diffusion.random;

import demofusion.coordinator.diffusion.Parallel;

/**
 * Uniform values into normal ones, in torch's blocks of sixteen (spec section 7). Every block
 * depends on itself alone, so that several threads give the same bits as one.
 */
final class BoxMuller {
  static final int BLOCK = 16;

  private static final int HALF = BLOCK / 2;
  private static final int BLOCKS_AT_ONCE = 1024;

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
      double radius = Math.sqrt(-2 * StrictMath.log(1 - values[j]));
      double angle = 2 * Math.PI * values[j + HALF];
      values[j] = (float) (radius * StrictMath.cos(angle));
      values[j + HALF] = (float) (radius * StrictMath.sin(angle));
    }
  }
}
