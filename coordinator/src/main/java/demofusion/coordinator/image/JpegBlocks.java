package demofusion.coordinator.image;

import java.io.IOException;
import javax.imageio.plugins.jpeg.JPEGHuffmanTable;
import javax.imageio.plugins.jpeg.JPEGQTable;

/**
 * Blocks of 8x8 samples of one component as a baseline JPEG has them (ITU-T T.81, annexes A and F):
 * the cosine transform, division, and Huffman codes of what is left, with the usual tables.
 */
final class JpegBlocks {
  private static final int SIDE = 8;
  private static final int[] ZIGZAG = zigzag(); // where the n-th coefficient lies, row by row
  private static final float[] COSINES = cosines(); // (frequency, sample)
  private static final int LONG_RUN = 0xf0; // sixteen zeros
  private static final int END_OF_BLOCK = 0;

  private final int[] divisors; // row by row
  private final JPEGHuffmanTable firstCodes;
  private final JPEGHuffmanTable otherCodes;
  private final int[] first; // length << 16 | code, by symbol
  private final int[] other;
  private final JpegBits bits;
  private int before; // the first coefficient of the block before

  private final float[] samples = new float[SIDE * SIDE];
  private final float[] halfWay = new float[SIDE * SIDE];

  private JpegBlocks(
      JPEGQTable table,
      int quality,
      JPEGHuffmanTable firstCodes,
      JPEGHuffmanTable otherCodes,
      JpegBits bits) {
    float scale = quality < 50 ? 50f / quality : 2 - quality / 50f;
    this.divisors = table.getScaledInstance(scale, true).getTable();
    this.firstCodes = firstCodes;
    this.otherCodes = otherCodes;
    this.first = codes(firstCodes);
    this.other = codes(otherCodes);
    this.bits = bits;
  }

  static JpegBlocks ofBrightness(int quality, JpegBits bits) {
    return new JpegBlocks(
        JPEGQTable.K1Luminance,
        quality,
        JPEGHuffmanTable.StdDCLuminance,
        JPEGHuffmanTable.StdACLuminance,
        bits);
  }

  static JpegBlocks ofColour(int quality, JpegBits bits) {
    return new JpegBlocks(
        JPEGQTable.K2Chrominance,
        quality,
        JPEGHuffmanTable.StdDCChrominance,
        JPEGHuffmanTable.StdACChrominance,
        bits);
  }

  /** In zigzag order, as the file has them. */
  byte[] divisors() {
    byte[] bytes = new byte[divisors.length];
    for (int n = 0; n < bytes.length; n++) {
      bytes[n] = (byte) divisors[ZIGZAG[n]];
    }
    return bytes;
  }

  JPEGHuffmanTable firstCodes() {
    return firstCodes;
  }

  JPEGHuffmanTable otherCodes() {
    return otherCodes;
  }

  void finish() throws IOException {
    bits.finish();
  }

  /**
   * Writes the block at (x, y) of a plane.
   *
   * @param step samples of the plane along a side of one of the block, which is their mean
   */
  void write(float[][] plane, int x, int y, int step) throws IOException {
    for (int n = 0; n < samples.length; n++) {
      samples[n] = mean(plane, x + n % SIDE * step, y + n / SIDE * step, step);
    }
    transform(samples, halfWay);
    transform(halfWay, samples); // columns became rows, and become columns again
    code();
  }

  private static float mean(float[][] plane, int x, int y, int step) {
    float sum = 0;
    for (int row = y; row < y + step; row++) {
      for (int column = x; column < x + step; column++) {
        sum += plane[row][column];
      }
    }
    return sum / (step * step);
  }

  /** The cosine transform of every row; each becomes a column. */
  private static void transform(float[] from, float[] to) {
    for (int row = 0; row < SIDE; row++) {
      for (int frequency = 0; frequency < SIDE; frequency++) {
        float sum = 0;
        for (int n = 0; n < SIDE; n++) {
          sum += COSINES[frequency * SIDE + n] * from[row * SIDE + n];
        }
        to[frequency * SIDE + row] = sum;
      }
    }
  }

  private void code() throws IOException {
    int start = Math.round(samples[0] / divisors[0]);
    put(first, 0, start - before);
    before = start;
    int zeros = 0;
    for (int n = 1; n < samples.length; n++) {
      int value = Math.round(samples[ZIGZAG[n]] / divisors[ZIGZAG[n]]);
      if (value == 0) {
        zeros++;
        continue;
      }
      for (; zeros > 15; zeros -= 16) {
        bits.write(other[LONG_RUN]);
      }
      put(other, zeros << 4, value);
      zeros = 0;
    }
    if (zeros > 0) {
      bits.write(other[END_OF_BLOCK]);
    }
  }

  /** A symbol that says how many bits the value has, and those; negative ones less 1. */
  private void put(int[] codes, int run, int value) throws IOException {
    int length = Integer.SIZE - Integer.numberOfLeadingZeros(Math.abs(value));
    bits.write(codes[run | length]);
    int low = (value < 0 ? value - 1 : value) & (1 << length) - 1;
    bits.write(length << 16 | low);
  }

  /** Codes of one length count upwards, in the order of the table's symbols. */
  private static int[] codes(JPEGHuffmanTable table) {
    int[] codes = new int[256];
    short[] lengths = table.getLengths();
    short[] symbols = table.getValues();
    int code = 0;
    int symbol = 0;
    for (int length = 1; length <= lengths.length; length++) {
      for (int n = 0; n < lengths[length - 1]; n++) {
        codes[symbols[symbol++]] = length << 16 | code++;
      }
      code <<= 1;
    }
    return codes;
  }

  /** Diagonals from the top left, in turn upwards and downwards. */
  private static int[] zigzag() {
    int[] places = new int[SIDE * SIDE];
    int n = 0;
    for (int sum = 0; sum < 2 * SIDE - 1; sum++) {
      for (int k = Math.max(0, sum - SIDE + 1); k <= Math.min(sum, SIDE - 1); k++) {
        places[n++] = sum % 2 == 0 ? (sum - k) * SIDE + k : k * SIDE + sum - k;
      }
    }
    return places;
  }

  private static float[] cosines() {
    float[] cosines = new float[SIDE * SIDE];
    for (int frequency = 0; frequency < SIDE; frequency++) {
      for (int n = 0; n < SIDE; n++) {
        double cosine = StrictMath.cos((2 * n + 1) * frequency * Math.PI / 16) / 2;
        cosines[frequency * SIDE + n] = (float) (frequency == 0 ? cosine / StrictMath.sqrt(2) : cosine);
      }
    }
    return cosines;
  }
}
