package demofusion.coordinator.diffusion.mask;

import demofusion.protocol.DemofusionException;

/**
 * The smallest rectangle around all that a mask marks, in pixels.
 *
 * @param bottom behind the last row
 * @param right behind the last column
 */
record MaskBox(int top, int bottom, int left, int right) {
  /**
   * @param threshold of a marked pixel's level
   * @throws DemofusionException BAD_REQUEST if there is none
   */
  static MaskBox of(MaskPicture mask, int threshold) {
    int top = Integer.MAX_VALUE;
    int bottom = 0;
    int left = Integer.MAX_VALUE;
    int right = 0;
    for (int row = 0; row < mask.extent().height(); row++) {
      for (int column = 0; column < mask.extent().width(); column++) {
        if (mask.level(row, column) >= threshold) {
          top = Math.min(top, row);
          bottom = row + 1;
          left = Math.min(left, column);
          right = Math.max(right, column + 1);
        }
      }
    }
    if (bottom == 0) {
      throw DemofusionException.badRequest(
          "nothing is to be drawn: the mask has no pixel of level %s or more; paint white what is to be drawn anew"
              .formatted(threshold));
    }
    return new MaskBox(top, bottom, left, right);
  }
}
