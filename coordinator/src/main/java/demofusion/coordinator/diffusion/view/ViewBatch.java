package demofusion.coordinator.diffusion.view;

import demofusion.protocol.work.GuidanceHalf;
import demofusion.protocol.work.TileRows;
import java.util.ArrayList;
import java.util.List;

/**
 * The unit of work: the views of one forward pass of the UNet.
 *
 * @param index within its timestep, in the order in which results are summed
 * @param rows all local or all dilated, all of one size; not empty
 * @param tiles how many views are done with it: a view that several batches have part of counts in
 *     each with its share
 * @param sharesUnconditional whether rows of one view are guided by one unconditional half
 */
public record ViewBatch(
    int index, List<Row> rows, GuidanceHalf half, double tiles, boolean sharesUnconditional) {
  /**
   * One look at one view.
   *
   * @param number among the timestep's local or dilated views
   * @param prompt that it is predicted with: 0 is the picture's own, others are its regions'
   */
  public record Row(View view, int number, int prompt) {}

  public ViewBatch {
    rows = List.copyOf(rows);
  }

  /** Each row with halves of its own. */
  public ViewBatch(int index, List<Row> rows, GuidanceHalf half, double tiles) {
    this(index, rows, half, tiles, false);
  }

  /** Neighbouring views, predicted with the picture's own prompt. */
  public static ViewBatch of(int index, int firstView, List<View> views, GuidanceHalf half) {
    List<Row> rows = new ArrayList<>(views.size());
    for (View view : views) {
      rows.add(new Row(view, firstView + rows.size(), 0));
    }
    return new ViewBatch(index, rows, half, rows.size() * share(half));
  }

  private static double share(GuidanceHalf half) {
    return half == GuidanceHalf.BOTH ? 1 : 0.5;
  }

  public List<View> views() {
    return rows.stream().map(Row::view).toList();
  }

  /** The first view's number among the timestep's local or dilated views. */
  public int firstView() {
    return rows.get(0).number();
  }

  public boolean isLocal() {
    return rows.get(0).view() instanceof View.Local;
  }

  /** Rows of one view that follow each other see one tile. */
  public TileRows tileRows() {
    List<Integer> tiles = new ArrayList<>(rows.size());
    int tile = -1;
    for (int n = 0; n < rows.size(); n++) {
      tile += n > 0 && rows.get(n).number() == rows.get(n - 1).number() ? 0 : 1;
      tiles.add(tile);
    }
    return new TileRows(tiles);
  }

  /** What it costs where both halves of guidance are predicted, in guided views. */
  public double guidedViews() {
    return sharesUnconditional
        ? 0.5 * (rows.size() + tileRows().count())
        : rows.size() * share(half);
  }
}
