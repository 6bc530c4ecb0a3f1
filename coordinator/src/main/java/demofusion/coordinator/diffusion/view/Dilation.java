package demofusion.coordinator.diffusion.view;

import demofusion.protocol.latent.LatentExtent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Dilated sampling (paper, section 3.4; spec section 2.3): a latent seen as s×s sub-latents, each
 * of which takes every s-th sample of the whole. A latent whose sides are no multiples of s is
 * padded with zeros at the top and left.
 *
 * <pre>
 *   s = 2      a b a b        the sub-latent at (0, 0) is all the a,
 *              c d c d        at (0, 1) all the b,
 *              a b a b        at (1, 0) all the c,
 *              c d c d        at (1, 1) all the d
 * </pre>
 *
 * @param extent of the latent, without padding
 * @param factor s
 */
public record Dilation(LatentExtent extent, int factor) {
  /** Where a sub-latent begins, in the padded latent. */
  public record Offset(int row, int column) {}

  public int topPadding() {
    return padding(extent.height());
  }

  public int leftPadding() {
    return padding(extent.width());
  }

  public LatentExtent paddedExtent() {
    return new LatentExtent(extent.height() + topPadding(), extent.width() + leftPadding());
  }

  /** The size of every sub-latent. */
  public LatentExtent subExtent() {
    return new LatentExtent(paddedExtent().height() / factor, paddedExtent().width() / factor);
  }

  /** All sub-latents, row by row. */
  public List<Offset> offsets() {
    List<Offset> offsets = new ArrayList<>(factor * factor);
    for (int row = 0; row < factor; row++) {
      for (int column = 0; column < factor; column++) {
        offsets.add(new Offset(row, column));
      }
    }
    return offsets;
  }

  /** Whether the latent is padded at all. */
  public boolean isPadded() {
    return topPadding() + leftPadding() > 0;
  }

  /**
   * Copies the latent with its padding.
   *
   * @param result (channels, padded height, padded width)
   */
  public void pad(float[] samples, int channels, float[] result) {
    LatentExtent padded = paddedExtent();
    Arrays.fill(result, 0);
    for (int line = 0; line < channels * extent.height(); line++) {
      int channel = line / extent.height();
      int row = line % extent.height() + topPadding();
      System.arraycopy(
          samples,
          line * extent.width(),
          result,
          (channel * padded.height() + row) * padded.width() + leftPadding(),
          extent.width());
    }
  }

  /**
   * Copies one sub-latent of the padded latent, times a scale, to {@code tile} from {@code at} on.
   *
   * @param padded (channels, padded height, padded width)
   */
  public void gather(
      float[] padded, int channels, Offset offset, float scale, float[] tile, int at) {
    LatentExtent outer = paddedExtent();
    LatentExtent inner = subExtent();
    int to = at;
    for (int channel = 0; channel < channels; channel++) {
      for (int row = 0; row < inner.height(); row++) {
        int from =
            (channel * outer.height() + row * factor + offset.row()) * outer.width()
                + offset.column();
        for (int column = 0; column < inner.width(); column++) {
          tile[to++] = scale * padded[from + column * factor];
        }
      }
    }
  }

  /**
   * Adds a sub-latent's samples, times a weight, at their places in the latent; what falls on the
   * padding is dropped.
   */
  public void scatter(
      float[] tile, int at, float weight, float[] latent, int channels, Offset offset) {
    scatter(tile, at, weight, latent, channels, offset, 0, subExtent().height());
  }

  /**
   * The same for some of its rows.
   *
   * @param tile (channels, rows, width) from {@code at} on
   * @param first of the rows
   */
  public void scatter(
      float[] tile,
      int at,
      float weight,
      float[] latent,
      int channels,
      Offset offset,
      int first,
      int rows) {
    int width = subExtent().width();
    int firstRow = Math.max(first, offset.row() < topPadding() ? 1 : 0);
    int firstColumn = offset.column() < leftPadding() ? 1 : 0;
    for (int channel = 0; channel < channels; channel++) {
      for (int row = firstRow; row < first + rows; row++) {
        int y = row * factor + offset.row() - topPadding();
        int to = (channel * extent.height() + y) * extent.width() + offset.column() - leftPadding();
        to += firstColumn * factor;
        int from = at + (channel * rows + row - first) * width;
        for (int column = from + firstColumn; column < from + width; column++) {
          latent[to] += weight * tile[column];
          to += factor;
        }
      }
    }
  }

  /** Less than the factor, so no more than the first row or column of a sub-latent falls on it. */
  private int padding(int side) {
    return (factor - side % factor) % factor;
  }
}
