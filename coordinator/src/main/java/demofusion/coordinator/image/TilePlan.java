package demofusion.coordinator.image;

import demofusion.protocol.latent.LatentExtent;
import java.util.ArrayList;
import java.util.List;

/**
 * How a latent that is too large to decode whole is cut into overlapping tiles (spec section 8): a
 * pure function of the latent's size, so that it is the same on every farm. All tiles have one
 * size; each has real neighbours around what is used of it, except at the picture's own borders.
 */
public final class TilePlan {
  private final LatentExtent extent;
  private final TileAxis vertical;
  private final TileAxis horizontal;

  private TilePlan(LatentExtent extent, TileAxis vertical, TileAxis horizontal) {
    this.extent = extent;
    this.vertical = vertical;
    this.horizontal = horizontal;
  }

  /**
   * Cuts a latent.
   *
   * @param core side of what one tile adds to the picture, in latent samples
   * @param overlap context on each inner side of the core, in latent samples; the seams are that
   *     wide
   */
  public static TilePlan of(LatentExtent extent, int core, int overlap) {
    if (overlap < 1 || core < 2 * overlap) {
      throw new IllegalArgumentException(
          "a core of %s must be at least twice its overlap of %s, which must be at least 1"
              .formatted(core, overlap));
    }
    return new TilePlan(
        extent,
        TileAxis.of(extent.height(), core, overlap),
        TileAxis.of(extent.width(), core, overlap));
  }

  /** The whole latent as one tile. */
  public static TilePlan whole(LatentExtent extent) {
    return new TilePlan(
        extent,
        new TileAxis(extent.height(), extent.height(), List.of(0), 0),
        new TileAxis(extent.width(), extent.width(), List.of(0), 0));
  }

  /**
   * Where samples of a latent are cut for a survey of its statistics: squares spread evenly over
   * the whole, as many on each axis as there are or fit side by side.
   *
   * @param side of a sample, in latent samples; a shorter axis is sampled in its whole length
   * @param mostPerAxis how many there are at most on one axis
   */
  public static List<LatentCut> survey(LatentExtent extent, int side, int mostPerAxis) {
    int height = Math.min(side, extent.height());
    int width = Math.min(side, extent.width());
    int rows = Math.min(mostPerAxis, (extent.height() + height - 1) / height);
    int columns = Math.min(mostPerAxis, (extent.width() + width - 1) / width);
    List<LatentCut> cuts = new ArrayList<>();
    for (int top : TileAxis.spread(extent.height(), height, rows)) {
      for (int left : TileAxis.spread(extent.width(), width, columns)) {
        cuts.add(new LatentCut(top, left, height, width));
      }
    }
    return cuts;
  }

  public LatentExtent extent() {
    return extent;
  }

  /** The tiles, row by row; a tile's number is its place in this list. */
  public List<LatentCut> tiles() {
    List<LatentCut> tiles = new ArrayList<>();
    for (int top : vertical.starts()) {
      for (int left : horizontal.starts()) {
        tiles.add(new LatentCut(top, left, vertical.length(), horizontal.length()));
      }
    }
    return tiles;
  }

  TileAxis vertical() {
    return vertical;
  }

  TileAxis horizontal() {
    return horizontal;
  }
}
