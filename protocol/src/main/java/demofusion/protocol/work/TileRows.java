package demofusion.protocol.work;

import demofusion.protocol.latent.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Which tile each view of a forward sees. Neighbours that are one place under several texts share
 * their tile, which is then cut, sent and held once.
 *
 * @param tiles by view, the number of its tile: from 0 up, none left out
 */
public record TileRows(List<Integer> tiles) {
  public TileRows {
    tiles = List.copyOf(tiles);
    int before = -1;
    for (int tile : tiles) {
      if ((tile != before && tile != before + 1) || tile < 0) {
        throw new IllegalArgumentException(
            "tiles " + tiles + " must be counted from 0 up, none left out");
      }
      before = tile;
    }
  }

  /** A tile for each of so many views. */
  public static TileRows each(int views) {
    return new TileRows(IntStream.range(0, views).boxed().toList());
  }

  /** How many tiles there are. */
  public int count() {
    return tiles.isEmpty() ? 0 : tiles.get(tiles.size() - 1) + 1;
  }

  /** Whether any two views have one tile. */
  public boolean isShared() {
    return count() < tiles.size();
  }

  /** The first view of each tile. */
  public List<Integer> firstViews() {
    return IntStream.range(0, tiles.size())
        .filter(view -> view == 0 || !tiles.get(view).equals(tiles.get(view - 1)))
        .boxed()
        .toList();
  }

  /** Refuses tiles of another shape than (tiles, channels, height, width), or of other views. */
  void requireFitting(Tensor all, int places, int texts) {
    boolean isShaped = all.shape().length == 4 && all.shape()[0] == count();
    if (!isShaped || tiles.size() != places || tiles.size() != texts) {
      throw new IllegalArgumentException(
          "%s places and %s texts do not fit tiles %s of shape %s"
              .formatted(places, texts, tiles, all));
    }
  }

  /** Neighbouring views of some work alone, from the first to the one before the last. */
  static Work.PredictNoise views(Work.PredictNoise work, int from, int to) {
    List<Integer> some = work.rows().tiles.subList(from, to);
    int first = some.isEmpty() ? 0 : some.get(0);
    TileRows rows = new TileRows(some.stream().map(tile -> tile - first).toList());
    int size = size(work.tiles());
    float[] tiles =
        Arrays.copyOfRange(work.tiles().values(), first * size, (first + rows.count()) * size);
    return new Work.PredictNoise(
        new Tensor(shape(work.tiles(), rows.count()), tiles),
        work.timestep(),
        work.microConditioning().subList(from, to),
        work.conditioning().subList(from, to),
        work.guidance(),
        work.half(),
        work.threads(),
        work.additions(),
        work.extra().views(from, to),
        rows);
  }

  /** The same work with a tile for each view. */
  public static Work.PredictNoise spread(Work.PredictNoise work) {
    return work.rows().isShared()
        ? new Work.PredictNoise(
            work.rows().spread(work.tiles()),
            work.timestep(),
            work.microConditioning(),
            work.conditioning(),
            work.guidance(),
            work.half(),
            work.threads(),
            work.additions(),
            work.extra())
        : work;
  }

  /**
   * A row for each view: the same one again where views share a tile.
   *
   * @param all (tiles, channels, height, width)
   */
  public Tensor spread(Tensor all) {
    int size = size(all);
    Tensor spread = Tensor.zeros(shape(all, tiles.size()));
    for (int view = 0; view < tiles.size(); view++) {
      System.arraycopy(all.values(), tiles.get(view) * size, spread.values(), view * size, size);
    }
    return spread;
  }

  private static int size(Tensor all) {
    return all.values().length / Math.max(1, all.shape()[0]);
  }

  private static int[] shape(Tensor all, int count) {
    int[] shape = all.shape().clone();
    shape[0] = count;
    return shape;
  }
}
