package demofusion.coordinator.diffusion.mask;

/**
 * Where the area that is computed lies on one axis of the canvas (conditioning section 5.4).
 *
 * @param start of the first pixel
 * @param length a multiple of the VAE's factor; it may end behind the canvas, by less than that
 */
record AreaAxis(int start, int length) {
  /** All of the canvas. */
  static AreaAxis whole(int side, int factor) {
    return new AreaAxis(0, roundedUp(side, factor));
  }

  /**
   * What is around a mask: its box and the padding, grown evenly, and moved inside.
   *
   * @param from the box's first pixel
   * @param to behind its last
   * @param least that it has where the canvas has as many
   * @param side of the canvas
   */
  static AreaAxis around(int from, int to, int padding, int least, int side, int factor) {
    int wanted = to - from + 2 * padding;
    int length = roundedUp(Math.max(wanted, least), factor);
    if (length > side) {
      return whole(side, factor);
    }
    int start = from - padding - (length - wanted) / 2;
    return new AreaAxis(Math.max(0, Math.min(start, side - length)), length);
  }

  private static int roundedUp(int side, int factor) {
    return (side + factor - 1) / factor * factor;
  }
}
