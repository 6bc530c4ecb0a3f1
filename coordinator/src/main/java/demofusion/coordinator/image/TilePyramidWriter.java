package demofusion.coordinator.image;

import demofusion.protocol.latent.PixelExtent;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleConsumer;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/**
 * Cuts a picture into a {@link TilePyramid} in one pass over its rows. Of every level one strip of
 * tiles is held, together less than twice a strip of the picture: some 50 MB for the largest.
 */
public final class TilePyramidWriter {
  private static final int CHANNELS = 3;
  private static final float QUALITY = 0.9f;

  private final DataOutputStream out;
  private final TilePyramid pyramid;
  private final List<Level> levels = new ArrayList<>();
  private final ImageWriter jpeg = ImageIO.getImageWritersByFormatName("jpeg").next();
  private final ImageWriteParam quality;
  private long written;

  private TilePyramidWriter(OutputStream out, TilePyramid pyramid) {
    this.out = new DataOutputStream(out);
    this.pyramid = pyramid;
    this.quality = jpeg.getDefaultWriteParam();
    quality.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
    quality.setCompressionQuality(QUALITY);
    for (int level = 0; level < pyramid.levels(); level++) {
      levels.add(new Level(level));
    }
  }

  /**
   * @param out is written to as it goes, and left open
   * @param progress is called now and then with the share of rows done; may throw to stop it
   */
  public static void write(PixelRows rows, OutputStream out, DoubleConsumer progress)
      throws IOException {
    TilePyramidWriter writer = new TilePyramidWriter(out, TilePyramid.of(rows.extent()));
    try {
      writer.write(rows, progress);
    } finally {
      writer.jpeg.dispose();
    }
  }

  private void write(PixelRows rows, DoubleConsumer progress) throws IOException {
    int height = rows.extent().height();
    Level largest = levels.get(levels.size() - 1);
    byte[] row = new byte[CHANNELS * rows.extent().width()];
    for (int y = 0; y < height; y++) {
      rows.read(y, row);
      largest.accept(row);
      if ((y + 1) % pyramid.tileSide() == 0) {
        progress.accept((double) (y + 1) / height);
      }
    }
    end();
  }

  private void end() throws IOException {
    long places = written;
    for (Level level : levels) {
      for (int n = 0; n < level.lengths.length; n++) {
        out.writeLong(level.offsets[n]);
        out.writeInt(level.lengths[n]);
      }
    }
    out.writeLong(places);
    out.writeInt(pyramid.extent().width());
    out.writeInt(pyramid.extent().height());
    out.writeInt(pyramid.tileSide());
    out.writeInt(pyramid.levels());
    out.writeLong(TilePyramid.MAGIC);
    out.flush();
  }

  /** One scale: its rows come from the top, and those of the next smaller one are made of them. */
  private final class Level {
    private final int number;
    private final PixelExtent extent;
    private final byte[] strip; // (tile side, width, channels)
    private final byte[] half; // a row of the next smaller level
    private final long[] offsets;
    private final int[] lengths;
    private int y;

    Level(int number) {
      this.number = number;
      this.extent = pyramid.extent(number);
      int rows = Math.min(pyramid.tileSide(), extent.height());
      this.strip = new byte[CHANNELS * extent.width() * rows];
      this.half = new byte[number == 0 ? 0 : CHANNELS * pyramid.extent(number - 1).width()];
      int tiles = pyramid.columns(number) * pyramid.rows(number);
      this.offsets = new long[tiles];
      this.lengths = new int[tiles];
    }

    void accept(byte[] row) throws IOException {
      int inStrip = y % pyramid.tileSide();
      System.arraycopy(row, 0, strip, inStrip * row.length, row.length);
      boolean isLast = y == extent.height() - 1;
      if (number > 0 && (y % 2 == 1 || isLast)) {
        // The last row of an odd number stands for itself twice.
        int above = y % 2 == 1 ? inStrip - 1 : inStrip;
        halve(above * row.length, inStrip * row.length);
        levels.get(number - 1).accept(half);
      }
      if (inStrip == pyramid.tileSide() - 1 || isLast) {
        cut(y / pyramid.tileSide(), inStrip + 1);
      }
      y++;
    }

    /** The mean of four pixels each. */
    private void halve(int upper, int lower) {
      int last = CHANNELS * (extent.width() - 1);
      for (int x = 0; x < half.length / CHANNELS; x++) {
        int left = 2 * CHANNELS * x;
        int right = Math.min(left + CHANNELS, last);
        for (int c = 0; c < CHANNELS; c++) {
          int sum =
              (strip[upper + left + c] & 0xff)
                  + (strip[upper + right + c] & 0xff)
                  + (strip[lower + left + c] & 0xff)
                  + (strip[lower + right + c] & 0xff);
          half[CHANNELS * x + c] = (byte) ((sum + 2) / 4);
        }
      }
    }

    private void cut(int tileRow, int height) throws IOException {
      int columns = pyramid.columns(number);
      for (int column = 0; column < columns; column++) {
        int from = column * pyramid.tileSide();
        int width = Math.min(pyramid.tileSide(), extent.width() - from);
        byte[] tile = compress(from, width, height);
        offsets[tileRow * columns + column] = written;
        lengths[tileRow * columns + column] = tile.length;
        out.write(tile);
        written += tile.length;
      }
    }

    private byte[] compress(int from, int width, int height) throws IOException {
      BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_3BYTE_BGR);
      byte[] bgr = ((DataBufferByte) image.getRaster().getDataBuffer()).getData();
      for (int row = 0; row < height; row++) {
        int source = CHANNELS * (row * extent.width() + from);
        int target = CHANNELS * row * width;
        for (int n = 0; n < CHANNELS * width; n += CHANNELS) {
          bgr[target + n] = strip[source + n + 2];
          bgr[target + n + 1] = strip[source + n + 1];
          bgr[target + n + 2] = strip[source + n];
        }
      }
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      try (MemoryCacheImageOutputStream stream = new MemoryCacheImageOutputStream(bytes)) {
        jpeg.setOutput(stream);
        jpeg.write(null, new IIOImage(image, null, null), quality);
      }
      return bytes.toByteArray();
    }
  }
}
