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
  void requireFitting(Tensor all, int views) {
    if (tiles.size() != views || all.shape().length != 4 || all.shape()[0] != count()) {
      throw new IllegalArgumentException(
          "%s views with tiles %s do not fit tiles of shape %s".formatted(views, tiles, all));
    }
  }

  /** Of neighbouring views alone, from the first to the one before the last. */
  TileRows views(int from, int to) {
    int first = from < to ? tiles.get(from) : 0;
    return new TileRows(tiles.subList(from, to).stream().map(tile -> tile - first).toList());
  }

  /** The tiles that those views have. */
  Tensor tiles(Tensor all, int from, int to) {
    int first = from < to ? tiles.get(from) : 0;
    int end = from < to ? tiles.get(to - 1) + 1 : 0;
    int size = size(all);
    return new Tensor(
        shape(all, end - first), Arrays.copyOfRange(all.values(), first * size, end * size));
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
