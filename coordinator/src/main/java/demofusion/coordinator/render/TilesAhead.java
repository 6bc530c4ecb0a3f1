package demofusion.coordinator.render;

/**
 * How many decoded tiles of one picture may be on their way to the coordinator at once. They may
 * all come before the first of them is stored, so they are bounded by a share of the heap; more for
 * the picture itself, beside which the job holds no latent, than for a preview.
 */
final class TilesAhead {
  private static final int PICTURE_SHARE = 6; // one in so many bytes
  private static final int PREVIEW_SHARE = 16;

  // A tile is in the heap as the bytes of a message and as numbers.
  private static final int COPIES = 2;

  private TilesAhead() {}

  /**
   * @param heap bytes
   * @param tile bytes
   */
  static long most(long heap, long tile, boolean isPicture) {
    long share = heap / (isPicture ? PICTURE_SHARE : PREVIEW_SHARE);
    return Math.max(2, share / (COPIES * tile));
  }
}
