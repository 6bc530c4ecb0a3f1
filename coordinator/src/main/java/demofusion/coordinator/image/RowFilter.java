package demofusion.coordinator.image;

/**
 * PNG's filters: a row is stored as the differences of its bytes from a guess made of their
 * neighbours, by whichever of the five guesses leaves the smallest differences (PNG specification,
 * sections 9 and 12.7).
 */
final class RowFilter {
  private static final int FILTERS = 5;
  private static final int PIXEL = 3; // bytes to the same channel of the pixel on the left

  private final byte[][] candidates; // (filters, 1 + length): the filter's number, then the row
  private byte[] row;
  private byte[] above;

  /**
   * @param length bytes of a row
   */
  RowFilter(int length) {
    candidates = new byte[FILTERS][1 + length];
    for (int filter = 0; filter < FILTERS; filter++) {
      candidates[filter][0] = (byte) filter;
    }
    row = new byte[length];
    above = new byte[length];
  }

  /** Where the next row belongs. */
  byte[] row() {
    return row;
  }

  /** The row filtered, its filter's number in front; valid until the next call. */
  byte[] apply() {
    long[] sums = new long[FILTERS];
    for (int n = 0; n < row.length; n++) {
      int value = row[n] & 0xff;
      int left = n < PIXEL ? 0 : row[n - PIXEL] & 0xff;
      int up = above[n] & 0xff;
      int upLeft = n < PIXEL ? 0 : above[n - PIXEL] & 0xff;
      sums[0] += put(0, n, value);
      sums[1] += put(1, n, value - left);
      sums[2] += put(2, n, value - up);
      sums[3] += put(3, n, value - (left + up) / 2);
      sums[4] += put(4, n, value - paeth(left, up, upLeft));
    }
    int best = 0;
    for (int filter = 1; filter < FILTERS; filter++) {
      best = sums[filter] < sums[best] ? filter : best;
    }
    byte[] swapped = above;
    above = row;
    row = swapped;
    return candidates[best];
  }

  /** The row as it is; valid until the next call. */
  byte[] plain() {
    System.arraycopy(row, 0, candidates[0], 1, row.length);
    return candidates[0];
  }

  private int put(int filter, int n, int difference) {
    byte wrapped = (byte) difference;
    candidates[filter][1 + n] = wrapped;
    return Math.abs(wrapped);
  }

  /** Whichever neighbour is nearest to left + up − upLeft. */
  static int paeth(int left, int up, int upLeft) {
    int guess = left + up - upLeft;
    int toLeft = Math.abs(guess - left);
    int toUp = Math.abs(guess - up);
    int toUpLeft = Math.abs(guess - upLeft);
    if (toLeft <= toUp && toLeft <= toUpLeft) {
      return left;
    }
    return toUp <= toUpLeft ? up : upLeft;
  }
}
