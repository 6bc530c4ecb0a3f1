package demofusion.deploy.compare.measure;

import java.util.Collection;
import java.util.List;
import java.util.TreeSet;

/**
 * Where a picture's windows begin and end without jitter, in pixels; the picture's own borders are
 * not among them.
 *
 * @param columns places of upright borders: between pixels n − 1 and n
 * @param rows places of level borders
 * @param period between windows, in pixels
 * @param factor pixels per latent sample
 */
public record WindowBorders(List<Integer> columns, List<Integer> rows, int period, int factor) {
  public WindowBorders {
    columns = List.copyOf(columns);
    rows = List.copyOf(rows);
  }

  /** A picture without windows, or with one. */
  public boolean isEmpty() {
    return columns.isEmpty() && rows.isEmpty();
  }

  /**
   * On one axis.
   *
   * @param starts of windows, in latent samples
   * @param window its side, in latent samples
   * @param side of the latent
   * @return in pixels, rising
   */
  public static List<Integer> axis(Collection<Integer> starts, int window, int side, int factor) {
    TreeSet<Integer> borders = new TreeSet<>();
    for (int start : starts) {
      borders.add(start * factor);
      borders.add(Math.min(side, start + window) * factor);
    }
    borders.remove(0);
    borders.remove(side * factor);
    return List.copyOf(borders);
  }
}
