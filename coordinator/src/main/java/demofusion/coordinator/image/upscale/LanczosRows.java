package demofusion.coordinator.image.upscale;

import demofusion.coordinator.image.PixelRows;
import demofusion.protocol.latent.PixelExtent;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.Objects;

/**
 * A picture made smaller with Lanczos's kernel while it is read, row by row. It is rounded once,
 * after both sides; the heap holds as many rows as the kernel is high.
 */
final class LanczosRows implements PixelRows {
  private static final int COLOURS = 3;
  private static final int WHITE = 255;

  private final PixelRows picture;
  private final PixelExtent extent;
  private final LanczosAxis vertical;
  private final LanczosAxis.Taps[] columns;
  private final byte[] rgb;
  private final Deque<double[]> narrow = new ArrayDeque<>(); // rows of the wanted width
  private int firstKept;

  /**
   * @param picture of which rows are read in order, each once
   * @param extent at most as large on either side
   */
  LanczosRows(PixelRows picture, PixelExtent extent) {
    this.picture = picture;
    this.extent = extent;
    this.vertical = new LanczosAxis(picture.extent().height(), extent.height());
    LanczosAxis horizontal = new LanczosAxis(picture.extent().width(), extent.width());
    this.columns = new LanczosAxis.Taps[extent.width()];
    for (int x = 0; x < columns.length; x++) {
      columns[x] = horizontal.taps(x);
    }
    this.rgb = new byte[COLOURS * picture.extent().width()];
  }

  @Override
  public PixelExtent extent() {
    return extent;
  }

  @Override
  public void read(int y, byte[] into) throws IOException {
    LanczosAxis.Taps rows = vertical.taps(y);
    for (; firstKept < rows.first() && !narrow.isEmpty(); firstKept++) {
      narrow.removeFirst();
    }
    int end = rows.first() + rows.weights().length;
    for (int next = firstKept + narrow.size(); next < end; next++) {
      narrow.addLast(narrowed(next));
    }
    double[] sum = new double[COLOURS * extent.width()];
    Iterator<double[]> kept = narrow.iterator();
    for (double weight : rows.weights()) {
      double[] row = Objects.requireNonNull(kept.next());
      for (int n = 0; n < sum.length; n++) {
        sum[n] += weight * row[n];
      }
    }
    for (int n = 0; n < sum.length; n++) {
      into[n] = (byte) (int) Math.rint(Math.max(0, Math.min(WHITE, sum[n])));
    }
  }

  private double[] narrowed(int y) throws IOException {
    picture.read(y, rgb);
    double[] row = new double[COLOURS * columns.length];
    for (int x = 0; x < columns.length; x++) {
      LanczosAxis.Taps taps = columns[x];
      for (int n = 0; n < taps.weights().length; n++) {
        int from = COLOURS * (taps.first() + n);
        for (int colour = 0; colour < COLOURS; colour++) {
          row[COLOURS * x + colour] += taps.weights()[n] * (rgb[from + colour] & WHITE);
        }
      }
    }
    return row;
  }
}
