package demofusion.coordinator.diffusion.view;

import demofusion.protocol.latent.LatentExtent;

/**
 * Cuts windows out of a latent and adds them back; what a window has outside the latent is zero, or
 * dropped.
 */
public final class WindowCopy {
  private WindowCopy() {}

  /**
   * Copies a window, times a scale, to {@code tile} (channels, window height, window width) from
   * {@code at} on.
   */
  public static void cut(
      float[] latent,
      LatentExtent extent,
      int channels,
      Window window,
      float scale,
      float[] tile,
      int at) {
    int firstColumn = Math.max(0, -window.left());
    int lastColumn = Math.min(window.width(), extent.width() - window.left());
    for (int channel = 0; channel < channels; channel++) {
      for (int row = Math.max(0, -window.top());
          row < Math.min(window.height(), extent.height() - window.top());
          row++) {
        int from =
            (channel * extent.height() + window.top() + row) * extent.width() + window.left();
        int to = at + (channel * window.height() + row) * window.width();
        System.arraycopy(
            latent, from + firstColumn, tile, to + firstColumn, lastColumn - firstColumn);
      }
    }
    // Apart from the copying, since the JIT makes vector code only of loops with one index.
    int end = at + channels * window.height() * window.width();
    for (int n = at; n < end; n++) {
      tile[n] *= scale;
    }
  }

  /** Adds a tile's samples at the window's place. */
  public static void add(
      float[] tile, int at, float[] latent, LatentExtent extent, int channels, Window window) {
    int firstColumn = Math.max(0, -window.left());
    int lastColumn = Math.min(window.width(), extent.width() - window.left());
    for (int channel = 0; channel < channels; channel++) {
      for (int row = Math.max(0, -window.top());
          row < Math.min(window.height(), extent.height() - window.top());
          row++) {
        int to = (channel * extent.height() + window.top() + row) * extent.width() + window.left();
        int from = at + (channel * window.height() + row) * window.width();
        for (int column = firstColumn; column < lastColumn; column++) {
          latent[to + column] += tile[from + column];
        }
      }
    }
  }

  /**
   * Adds a tile's samples, times their weights, at the window's place.
   *
   * @param weights of the window's block
   */
  public static void add(
      float[] tile,
      int at,
      float[] latent,
      LatentExtent extent,
      int channels,
      Window window,
      BlockWeights weights) {
    int firstColumn = Math.max(0, -window.left());
    int lastColumn = Math.min(window.width(), extent.width() - window.left());
    int lastRow = Math.min(window.height(), extent.height() - window.top());
    float[] weight = new float[window.width()];
    for (int row = Math.max(0, -window.top()); row < lastRow; row++) {
      weights.row(row, weight);
      for (int channel = 0; channel < channels; channel++) {
        int to = (channel * extent.height() + window.top() + row) * extent.width() + window.left();
        int from = at + (channel * window.height() + row) * window.width();
        for (int column = firstColumn; column < lastColumn; column++) {
          latent[to + column] += weight[column] * tile[from + column];
        }
      }
    }
  }

  /**
   * Adds one more window's weights to those of each sample of the rows [from, to) of a plane.
   *
   * @param rows (to − from, width)
   * @param weights of the window's block
   */
  public static void weigh(
      float[] rows, LatentExtent extent, Window window, BlockWeights weights, int from, int to) {
    int firstColumn = Math.max(0, -window.left());
    int lastColumn = Math.min(window.width(), extent.width() - window.left());
    int bottom = Math.min(to, window.top() + window.height());
    float[] weight = new float[window.width()];
    for (int row = Math.max(from, window.top()); row < bottom; row++) {
      weights.row(row - window.top(), weight);
      int at = (row - from) * extent.width() + window.left();
      for (int column = firstColumn; column < lastColumn; column++) {
        rows[at + column] += weight[column];
      }
    }
  }

  /**
   * Counts one more window over each sample of the rows [from, to) of a plane.
   *
   * @param rows (to − from, width)
   */
  public static void count(int[] rows, LatentExtent extent, Window window, int from, int to) {
    int left = Math.max(0, window.left());
    int right = Math.min(extent.width(), window.left() + window.width());
    int bottom = Math.min(to, window.top() + window.height());
    for (int row = Math.max(from, window.top()); row < bottom; row++) {
      for (int column = left; column < right; column++) {
        rows[(row - from) * extent.width() + column]++;
      }
    }
  }
}
