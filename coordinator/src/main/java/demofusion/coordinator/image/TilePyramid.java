package demofusion.coordinator.image;

import demofusion.protocol.latent.PixelExtent;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/**
 * A picture cut into tiles at every scale, in one file: what a deep zoom asks for. Level 0 has the
 * whole picture in one tile, each further level twice the pixels, the last one all of them. The
 * tiles are JPEGs, one after another; then come their places, (offset, length) of each by level,
 * row and column; the last bytes say how large everything is. {@link TilePyramidWriter} writes it.
 *
 * @param extent of the picture
 * @param tileSide in pixels; tiles at the right and lower edges are smaller
 */
public record TilePyramid(PixelExtent extent, int tileSide, int levels) {
  static final long MAGIC = 0x444653_5a4f4f4d_01L; // "DFSZOOM", version 1
  static final int PLACE_BYTES = Long.BYTES + Integer.BYTES;
  static final int END_BYTES = 4 * Integer.BYTES + 2 * Long.BYTES;
  private static final int LARGEST_TILE = 1 << 24;

  /** Tiles of this side, unless the picture is so wide that a row of them would take much heap. */
  private static final int USUAL_SIDE = 512;

  private static final int WIDEST_FOR_USUAL = 16_384;

  static TilePyramid of(PixelExtent extent) {
    int side = extent.width() <= WIDEST_FOR_USUAL ? USUAL_SIDE : USUAL_SIDE / 2;
    int levels = 1;
    while (Math.max(extent.width(), extent.height()) > (long) side << (levels - 1)) {
      levels++;
    }
    return new TilePyramid(extent, side, levels);
  }

  /** The whole picture's size at a level. */
  PixelExtent extent(int level) {
    int shift = levels - 1 - level;
    int round = (1 << shift) - 1;
    return new PixelExtent((extent.width() + round) >> shift, (extent.height() + round) >> shift);
  }

  int columns(int level) {
    return (extent(level).width() + tileSide - 1) / tileSide;
  }

  int rows(int level) {
    return (extent(level).height() + tileSide - 1) / tileSide;
  }

  /** Where the place of a level's first tile is among all places. */
  int firstPlace(int level) {
    int places = 0;
    for (int n = 0; n < level; n++) {
      places += columns(n) * rows(n);
    }
    return places;
  }

  /**
   * What a file holds.
   *
   * @throws IOException if it is no pyramid
   */
  public static TilePyramid read(Path path) throws IOException {
    try (FileChannel file = FileChannel.open(path, StandardOpenOption.READ)) {
      return read(file);
    }
  }

  private static TilePyramid read(FileChannel file) throws IOException {
    ByteBuffer end = bytes(file, file.size() - END_BYTES, END_BYTES);
    if (end.getLong(END_BYTES - Long.BYTES) != MAGIC) {
      throw new IOException("it is not a zoom tile file");
    }
    end.position(Long.BYTES); // where the places begin
    return new TilePyramid(new PixelExtent(end.getInt(), end.getInt()), end.getInt(), end.getInt());
  }

  /**
   * One tile of a file, a JPEG; empty if there is none at that place.
   *
   * @throws IOException if the file is no pyramid
   */
  public static Optional<byte[]> tile(Path path, int level, int column, int row)
      throws IOException {
    try (FileChannel file = FileChannel.open(path, StandardOpenOption.READ)) {
      TilePyramid pyramid = read(file);
      if (level >= pyramid.levels
          || column >= pyramid.columns(level)
          || row >= pyramid.rows(level)) {
        return Optional.empty();
      }
      long places = bytes(file, file.size() - END_BYTES, Long.BYTES).getLong();
      int number = pyramid.firstPlace(level) + row * pyramid.columns(level) + column;
      ByteBuffer place = bytes(file, places + (long) number * PLACE_BYTES, PLACE_BYTES);
      long from = place.getLong();
      int length = place.getInt();
      return Optional.of(bytes(file, from, length).array());
    }
  }

  private static ByteBuffer bytes(FileChannel file, long from, int count) throws IOException {
    if (from < 0 || count < 0 || count > LARGEST_TILE || from + count > file.size()) {
      throw new IOException("it is not a zoom tile file");
    }
    ByteBuffer bytes = ByteBuffer.allocate(count);
    while (bytes.hasRemaining()) {
      if (file.read(bytes, from + bytes.position()) < 0) {
        throw new IOException("it became shorter");
      }
    }
    return bytes.flip();
  }
}
