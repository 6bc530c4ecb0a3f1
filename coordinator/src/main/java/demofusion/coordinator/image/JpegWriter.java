package demofusion.coordinator.image;

import demofusion.protocol.latent.PixelExtent;
import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import javax.imageio.plugins.jpeg.JPEGHuffmanTable;

/**
 * Writes a baseline JPEG (ITU-T T.81, with JFIF's colours) band by band. ImageIO's writer wants a
 * picture whole, and none of more than 2^31 pixels. From a quality of 90 on, colours are as fine as
 * brightness; below, they are halved both ways. Equal rows make equal bytes on every machine.
 */
final class JpegWriter {
  private static final byte[] EXIF_NAME = "Exif\0\0".getBytes(StandardCharsets.US_ASCII);
  private static final int MOST_EXIF = 65_535 - 2 - EXIF_NAME.length; // of a segment
  private static final int FINE_COLOURS = 90;
  private static final int BUFFER = 1 << 16;

  private final DataOutputStream out;
  private final PixelExtent extent;
  private final int halving; // brightness blocks along a side of a block of colour: 1 or 2
  private final JpegBlocks[] coders; // brightness, then both colours

  private JpegWriter(OutputStream out, PixelExtent extent, int quality) {
    this.out = new DataOutputStream(new BufferedOutputStream(out, BUFFER));
    this.extent = extent;
    this.halving = quality < FINE_COLOURS ? 2 : 1;
    JpegBits bits = new JpegBits(this.out);
    coders =
        new JpegBlocks[] {
          JpegBlocks.ofBrightness(quality, bits),
          JpegBlocks.ofColour(quality, bits),
          JpegBlocks.ofColour(quality, bits)
        };
  }

  /**
   * Writes a picture; the stream is flushed but left open.
   *
   * @param exif a block without its name; empty for none
   */
  static void write(OutputStream out, PixelRows rows, int quality, byte[] exif)
      throws IOException {
    JpegWriter jpeg = new JpegWriter(out, rows.extent(), quality);
    jpeg.writeHead(exif);
    jpeg.writeRows(rows);
    jpeg.coders[0].finish();
    jpeg.out.writeShort(0xffd9);
    jpeg.out.flush();
  }

  private void writeHead(byte[] exif) throws IOException {
    out.writeShort(0xffd8);
    out.writeShort(0xffe0);
    out.writeShort(16);
    out.writeBytes("JFIF\0\1\1\0");
    out.writeInt(0x0001_0001); // square pixels
    out.writeShort(0); // no thumbnail
    writeExif(exif);
    for (int table = 0; table < 2; table++) {
      out.writeShort(0xffdb);
      out.writeShort(2 + 1 + 64);
      out.write(table);
      out.write(coders[table].divisors());
    }
    out.writeShort(0xffc0); // baseline
    out.writeShort(17);
    out.write(8); // bits of a sample
    out.writeShort(extent.height());
    out.writeShort(extent.width());
    out.write(3);
    for (int component = 0; component < 3; component++) {
      out.write(component + 1);
      out.write(component == 0 ? 0x11 * halving : 0x11);
      out.write(component == 0 ? 0 : 1);
    }
    for (int table = 0; table < 2; table++) {
      writeCodes(table, coders[table].firstCodes());
      writeCodes(0x10 | table, coders[table].otherCodes());
    }
    out.writeShort(0xffda);
    out.writeShort(12);
    out.write(3);
    for (int component = 0; component < 3; component++) {
      out.write(component + 1);
      out.write(component == 0 ? 0 : 0x11);
    }
    out.write(new byte[] {0, 63, 0}); // all coefficients at once
  }

  /** In several segments where one is too short, as Pillow and ExifTool read them. */
  private void writeExif(byte[] exif) throws IOException {
    for (int from = 0; from < exif.length; from += MOST_EXIF) {
      int length = Math.min(MOST_EXIF, exif.length - from);
      out.writeShort(0xffe1);
      out.writeShort(2 + EXIF_NAME.length + length);
      out.write(EXIF_NAME);
      out.write(exif, from, length);
    }
  }

  private void writeCodes(int id, JPEGHuffmanTable table) throws IOException {
    out.writeShort(0xffc4);
    out.writeShort(2 + 1 + 16 + table.getValues().length);
    out.write(id);
    short[] lengths = table.getLengths();
    for (int n = 0; n < 16; n++) {
      out.write(n < lengths.length ? lengths[n] : 0);
    }
    for (short value : table.getValues()) {
      out.write(value);
    }
  }

  private void writeRows(PixelRows rows) throws IOException {
    int side = 8 * halving;
    int columns = (extent.width() + side - 1) / side;
    float[][][] planes = new float[3][side][columns * side]; // (Y Cb Cr, rows of a band, width)
    byte[] rgb = new byte[3 * extent.width()];
    for (int top = 0; top < extent.height(); top += side) {
      for (int y = 0; y < side; y++) {
        if (top + y < extent.height()) { // or else the last one once more
          rows.read(top + y, rgb);
        }
        toLumaAndChroma(rgb, planes, y);
      }
      for (int column = 0; column < columns; column++) {
        writeUnit(planes, column * side);
      }
    }
  }

  /** JFIF's colours, around 0; the last pixel of a row is repeated to the end of its block. */
  private static void toLumaAndChroma(byte[] rgb, float[][][] planes, int y) {
    for (int x = 0; x < planes[0][y].length; x++) {
      int from = Math.min(3 * x, rgb.length - 3);
      float red = rgb[from] & 0xff;
      float green = rgb[from + 1] & 0xff;
      float blue = rgb[from + 2] & 0xff;
      planes[0][y][x] = 0.299f * red + 0.587f * green + 0.114f * blue - 128;
      planes[1][y][x] = -0.168736f * red - 0.331264f * green + 0.5f * blue;
      planes[2][y][x] = 0.5f * red - 0.418688f * green - 0.081312f * blue;
    }
  }

  private void writeUnit(float[][][] planes, int left) throws IOException {
    for (int n = 0; n < halving * halving; n++) {
      int x = left + n % halving * 8;
      coders[0].write(planes[0], x, n / halving * 8, 1);
    }
    coders[1].write(planes[1], left, 0, halving);
    coders[2].write(planes[2], left, 0, halving);
  }
}
