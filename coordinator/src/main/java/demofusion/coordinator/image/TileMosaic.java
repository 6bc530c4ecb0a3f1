package demofusion.coordinator.image;

import demofusion.protocol.latent.PixelExtent;
import demofusion.protocol.latent.Tensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;

/**
 * Puts decoded tiles together into one picture (spec section 8). Tiles may come in any order; each
 * lies in a scratch file until the picture's rows that it is part of have been read. So the heap
 * holds a few rows whatever the size of the picture, the file two or three rows of tiles where they
 * come about in order, and the picture does not depend on the order.
 *
 * <p>Two tiles meet in a seam and are mixed there, one fading in while the other fades out: first
 * along the rows, then down the columns. Not for several threads at once.
 */
public final class TileMosaic implements PixelRows, AutoCloseable {
  private static final int CHANNELS = 3;

  /** Bytes that are written at once, at least a row. */
  private static final int BLOCK = 1 << 17;

  private final TileAxis vertical;
  private final TileAxis horizontal;
  private final int factor;
  private final PixelExtent extent;
  private final BitSet arrived = new BitSet();
  private final FileChannel scratch;
  private final long tileBytes;
  private final Map<Integer, Integer> places = new HashMap<>(); // in the file, by row of tiles
  private final BitSet placesTaken = new BitSet();
  private int rowsOfTilesRead; // the picture needs none of them any more

  private final ByteBuffer tileRow; // one row of one tile: (width, channels) float32
  private final ByteBuffer tileRows; // some of them, on their way into the file
  private final float[] interleaved; // one of them
  private final float[] upper; // a row of the picture from one row of tiles: (width, channels)
  private final float[] lower; // the same from the row of tiles below

  private TileMosaic(TilePlan plan, int factor, FileChannel scratch) {
    this.vertical = plan.vertical();
    this.horizontal = plan.horizontal();
    this.factor = factor;
    this.extent = plan.extent().toPixels(factor);
    this.scratch = scratch;
    int rowBytes = horizontal.length() * factor * CHANNELS * Float.BYTES;
    this.tileBytes = (long) rowBytes * vertical.length() * factor;
    this.tileRow = ByteBuffer.allocateDirect(rowBytes).order(ByteOrder.nativeOrder());
    int rowsAtOnce = Math.max(1, BLOCK / rowBytes);
    this.tileRows = ByteBuffer.allocateDirect(rowsAtOnce * rowBytes).order(ByteOrder.nativeOrder());
    this.interleaved = new float[rowBytes / Float.BYTES];
    this.upper = new float[extent.width() * CHANNELS];
    this.lower = new float[extent.width() * CHANNELS];
  }

  /**
   * An empty mosaic.
   *
   * @param factor pixels per latent sample
   * @param scratch a file that does not exist yet; it is deleted on close
   */
  public static TileMosaic create(TilePlan plan, int factor, Path scratch) throws IOException {
    return new TileMosaic(
        plan,
        factor,
        FileChannel.open(
            scratch,
            StandardOpenOption.CREATE_NEW,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE,
            StandardOpenOption.DELETE_ON_CLOSE));
  }

  /**
   * Takes a decoded tile; the same tile again replaces the first, as long as it is needed.
   *
   * @param tile its number in the plan
   * @param pixels (3, height, width) in [0, 1]
   */
  public void accept(int tile, Tensor pixels) throws IOException {
    int height = vertical.length() * factor;
    int width = horizontal.length() * factor;
    if (!Arrays.equals(pixels.shape(), new int[] {CHANNELS, height, width})) {
      throw new IllegalArgumentException(
          "tile " + tile + " must have 3 channels and " + width + "x" + height + ", not " + pixels);
    }
    if (tile / horizontal.count() < rowsOfTilesRead) {
      return;
    }
    float[] values = pixels.values();
    long position = position(tile, 0);
    tileRows.clear();
    for (int y = 0; y < height; y++) {
      for (int channel = 0; channel < CHANNELS; channel++) {
        int from = (channel * height + y) * width;
        for (int x = 0; x < width; x++) {
          interleaved[x * CHANNELS + channel] = values[from + x];
        }
      }
      tileRows.asFloatBuffer().put(interleaved);
      tileRows.position(tileRows.position() + tileRow.capacity());
      if (!tileRows.hasRemaining() || y + 1 == height) {
        tileRows.flip();
        while (tileRows.hasRemaining()) {
          position += scratch.write(tileRows, position);
        }
        tileRows.clear();
      }
    }
    arrived.set(tile);
  }

  /** Whether all tiles have come. */
  public boolean isComplete() {
    return arrived.cardinality() == vertical.count() * horizontal.count();
  }

  /** How many of the picture's rows, from the top, are made of tiles that have come. */
  public int readableRows() {
    int missing = arrived.nextClearBit(0) / horizontal.count();
    return missing == vertical.count() ? extent.height() : vertical.usedFrom(missing) * factor;
  }

  @Override
  public PixelExtent extent() {
    return extent;
  }

  @Override
  public void read(int y, byte[] rgb) throws IOException {
    float[] values = readDecoded(y);
    for (int n = 0; n < values.length; n++) {
      rgb[n] = PixelRows.toByte(values[n]);
    }
  }

  /**
   * One row as it was decoded; rows are asked for in order, each once.
   *
   * @return (width, 3) about [0, 1], good until the next call
   */
  public float[] readDecoded(int y) throws IOException {
    if (y >= readableRows()) {
      throw new IllegalStateException("row " + y + " is not complete: there are " + arrived);
    }
    int row = vertical.count() - 1;
    while (row > 0 && y < vertical.usedFrom(row) * factor) {
      row--;
    }
    readRowOfTiles(row, y, lower);
    int intoSeam = y - vertical.usedFrom(row) * factor;
    if (row > 0 && intoSeam < vertical.seam() * factor) {
      readRowOfTiles(row - 1, y, upper);
      float share = vertical.share(intoSeam, factor);
      for (int n = 0; n < lower.length; n++) {
        lower[n] = upper[n] + share * (lower[n] - upper[n]);
      }
    }
    while (rowsOfTilesRead < vertical.count()
        && y + 1 >= vertical.usedTo(rowsOfTilesRead) * factor) {
      giveBack(rowsOfTilesRead++);
    }
    return lower;
  }

  private void giveBack(int row) {
    Integer place = places.remove(row);
    if (place != null) {
      placesTaken.clear(place);
    }
  }

  /** One row of the picture as one row of tiles has it, mixed where two of them meet. */
  private void readRowOfTiles(int row, int y, float[] values) throws IOException {
    for (int column = 0; column < horizontal.count(); column++) {
      int tile = row * horizontal.count() + column;
      readFully(position(tile, y - vertical.starts().get(row) * factor));
      tileRow.rewind().asFloatBuffer().get(interleaved);
      int left = horizontal.starts().get(column) * factor;
      int from = horizontal.usedFrom(column) * factor;
      int to = horizontal.usedTo(column) * factor;
      int seamEnd = column == 0 ? from : from + horizontal.seam() * factor;
      for (int x = from; x < seamEnd; x++) {
        float share = horizontal.share(x - from, factor);
        for (int n = x * CHANNELS; n < (x + 1) * CHANNELS; n++) {
          values[n] += share * (interleaved[n - left * CHANNELS] - values[n]);
        }
      }
      int rest = seamEnd * CHANNELS;
      System.arraycopy(
          interleaved, rest - left * CHANNELS, values, rest, (to - seamEnd) * CHANNELS);
    }
  }

  private void readFully(long position) throws IOException {
    tileRow.clear();
    while (tileRow.hasRemaining()) {
      int count = scratch.read(tileRow, position + tileRow.position());
      if (count < 0) {
        throw new IOException("the scratch file of the image was truncated");
      }
    }
  }

  private long position(int tile, int y) {
    int place =
        places.computeIfAbsent(
            tile / horizontal.count(),
            row -> {
              int free = placesTaken.nextClearBit(0);
              placesTaken.set(free);
              return free;
            });
    long slot = (long) place * horizontal.count() + tile % horizontal.count();
    return slot * tileBytes + (long) y * tileRow.capacity();
  }

  /** What lies in the scratch file at most so far. */
  long scratchBytes() throws IOException {
    return scratch.size();
  }

  /** Deletes the scratch file. */
  @Override
  public void close() throws IOException {
    scratch.close();
  }
}
