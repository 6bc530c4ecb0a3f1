package demofusion.coordinator.diffusion.region;

import demofusion.protocol.latent.PixelExtent;
import java.util.Arrays;

/**
 * Which pixels of a picture are edges: two bits a pixel, weak candidates and edges, so that a
 * picture of 16384² takes 64 MiB. Rows are whole words, so that several threads may set different
 * rows.
 */
final class EdgeMap {
  private final PixelExtent extent;
  private final int words; // of a row
  private final long[] weak;
  private final long[] edges;

  EdgeMap(PixelExtent extent) {
    this.extent = extent;
    this.words = (extent.width() + Long.SIZE - 1) / Long.SIZE;
    this.weak = new long[Math.multiplyExact(words, extent.height())];
    this.edges = new long[weak.length];
  }

  PixelExtent extent() {
    return extent;
  }

  /** A pixel that is an edge if it hangs together with a strong one, or is one itself. */
  void mark(int row, int column, boolean isStrong) {
    int word = row * words + column / Long.SIZE;
    long bit = 1L << column;
    weak[word] |= bit;
    if (isStrong) {
      edges[word] |= bit;
    }
  }

  boolean isEdge(int row, int column) {
    return (edges[row * words + column / Long.SIZE] & (1L << column)) != 0;
  }

  /** How many of the pixels [from, to) of a row are edges. */
  int count(int row, int from, int to) {
    int count = 0;
    for (int word = from / Long.SIZE; word <= (to - 1) / Long.SIZE; word++) {
      int first = word * Long.SIZE;
      long inside = -1L;
      if (from > first) {
        inside &= -1L << (from - first);
      }
      if (to < first + Long.SIZE) {
        inside &= ~(-1L << (to - first));
      }
      count += Long.bitCount(edges[row * words + word] & inside);
    }
    return count;
  }

  /**
   * Makes every weak pixel an edge that touches one, at a corner or a side, until there is none
   * left: sweeps down and up over the rows of which a neighbour changed.
   */
  void connect() {
    boolean[] isStale = new boolean[extent.height()];
    Arrays.fill(isStale, true);
    boolean changed = true;
    for (boolean down = true; changed; down = !down) {
      changed = false;
      for (int n = 0; n < extent.height(); n++) {
        int row = down ? n : extent.height() - 1 - n;
        if (isStale[row]) {
          isStale[row] = false;
          if (connectRow(row)) {
            changed = true;
            isStale[Math.max(0, row - 1)] = true;
            isStale[Math.min(extent.height() - 1, row + 1)] = true;
          }
        }
      }
    }
  }

  /** Whether the row has edges that it had not before. */
  private boolean connectRow(int row) {
    boolean changed = false;
    long carry = 0;
    for (int word = 0; word < words; word++) {
      int at = row * words + word;
      long before = edges[at];
      long open = weak[at] & ~before;
      if (open != 0) {
        edges[at] |= open & (around(row - 1, word) | around(row + 1, word) | carry);
        edges[at] = fillUp(edges[at], weak[at]);
        changed |= edges[at] != before;
      }
      carry = edges[at] >>> (Long.SIZE - 1);
    }
    carry = 0;
    for (int word = words - 1; word >= 0; word--) {
      int at = row * words + word;
      long before = edges[at];
      if ((weak[at] & ~before) != 0) {
        edges[at] = fillDown(before | (weak[at] & carry), weak[at]);
        changed |= edges[at] != before;
      }
      carry = edges[at] << (Long.SIZE - 1);
    }
    return changed;
  }

  /** Which pixels of a word have an edge in that row above, below or diagonally beside them. */
  private long around(int row, int word) {
    if (row < 0 || row >= extent.height()) {
      return 0;
    }
    int at = row * words + word;
    long here = edges[at];
    long near = here | (here << 1) | (here >>> 1);
    if (word > 0) {
      near |= edges[at - 1] >>> (Long.SIZE - 1);
    }
    if (word + 1 < words) {
      near |= edges[at + 1] << (Long.SIZE - 1);
    }
    return near;
  }

  /** Spreads edges over weak pixels to higher columns, by distances that double. */
  private static long fillUp(long edges, long weak) {
    long filled = edges;
    long way = weak;
    for (int distance = 1; distance < Long.SIZE; distance *= 2) {
      filled |= way & (filled << distance);
      way &= way << distance;
    }
    return filled;
  }

  private static long fillDown(long edges, long weak) {
    long filled = edges;
    long way = weak;
    for (int distance = 1; distance < Long.SIZE; distance *= 2) {
      filled |= way & (filled >>> distance);
      way &= way >>> distance;
    }
    return filled;
  }
}
