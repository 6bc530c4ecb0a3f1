package demofusion.coordinator.image;

import java.util.List;
import java.util.stream.IntStream;

/**
 * One side of a latent, cut into tiles of equal length that are spread evenly, the first at the
 * beginning and the last at the end. Between two neighbours, in the middle of what they share, lies
 * a seam where the picture passes from one to the other; what a tile has beyond its seams is
 * context only.
 *
 * <pre>
 *   tile k      ├──────────────┼╲╲╲╲┼──────┤
 *   tile k + 1           ├─────┼╱╱╱╱┼──────────────┤
 *                               seam
 * </pre>
 *
 * @param size of the side, in latent samples
 * @param length of every tile
 * @param starts of the tiles
 * @param seam width of a seam
 */
record TileAxis(int size, int length, List<Integer> starts, int seam) {
  TileAxis {
    starts = List.copyOf(starts);
  }

  /**
   * @param core what a tile adds to the picture, at most
   * @param overlap context on each inner side of it, at least
   */
  static TileAxis of(int size, int core, int overlap) {
    int length = Math.min(size, core + 2 * overlap);
    int count = size == length ? 1 : (size - 2 * overlap + core - 1) / core;
    return new TileAxis(size, length, spread(size, length, count), overlap);
  }

  /** Starts of so many stretches, the first at 0, the last ending at the size. */
  static List<Integer> spread(int size, int length, int count) {
    return IntStream.range(0, count)
        .mapToObj(
            n ->
                count == 1 ? (size - length) / 2 : (int) ((long) n * (size - length) / (count - 1)))
        .toList();
  }

  int count() {
    return starts.size();
  }

  /** Where the seam behind a tile begins; the end of the side behind the last tile. */
  int seamBehind(int tile) {
    if (tile == count() - 1) {
      return size;
    }
    return (starts.get(tile) + length + starts.get(tile + 1) - seam) / 2;
  }

  /** Where the picture begins to be made of a tile: at the seam before it. */
  int usedFrom(int tile) {
    return tile == 0 ? 0 : seamBehind(tile - 1);
  }

  /** Where the picture ends to be made of a tile: at the end of the seam behind it. */
  int usedTo(int tile) {
    return tile == count() - 1 ? size : seamBehind(tile) + seam;
  }

  /**
   * How much of a picture's pixel is made of the later of the two tiles that a seam parts: rising
   * evenly from 0 to 1 across the seam, at the pixels' centres.
   *
   * @param pixel counted from the seam's beginning
   * @param factor pixels per latent sample
   */
  float share(int pixel, int factor) {
    return (pixel + 0.5f) / (seam * factor);
  }
}
