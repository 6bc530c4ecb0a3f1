package demofusion.coordinator.diffusion.mask;

import demofusion.protocol.api.request.condition.PictureBytes.Pixels;
import demofusion.protocol.latent.PixelExtent;

/**
 * How a phase's decoded pixels come into the picture that was there (conditioning section 5.5):
 * round(A·decoded + (1 − A)·O) in 8-bit units, A as {@link FeatheredMask} has it. Where A is 0 the
 * file's pixels stay, byte for byte. Rows are asked for from the top; the ramp is held for some of
 * them only. Not for several threads at once.
 */
public final class KeptPixels {
  private static final int COLOURS = 3;
  private static final int BAND = 64;

  /** A sum of taps that is 1 but for its rounding. */
  private static final double ALL = 1 - 1e-9;

  private final Pixels kept;
  private final FeatheredMask ramp;
  private final int top;
  private final int left;
  private final PixelExtent decoded;
  private double[] shares = new double[0]; // (rows of the band, width)
  private int bandFrom;
  private int bandTo;

  /**
   * @param kept O, of the whole result
   * @param mask M, of its size
   * @param top where the decoded picture's first row lies in the result
   * @param decoded size of the decoded picture, which may end behind the result
   */
  KeptPixels(Pixels kept, MaskPicture mask, double sigma, int top, int left, PixelExtent decoded) {
    this.kept = kept;
    this.ramp = new FeatheredMask(mask, MaskedPicture.THRESHOLD, sigma);
    this.top = top;
    this.left = left;
    this.decoded = decoded;
  }

  /** Of the result. */
  public PixelExtent extent() {
    return kept.extent();
  }

  /** The decoded row that a row of the result is made of; −1: none. */
  public int decodedRow(int row) {
    int of = row - top;
    return of >= 0 && of < decoded.height() ? of : -1;
  }

  /**
   * How many rows of the result can be made.
   *
   * @param decodedRows that are there, from the top
   */
  public int readableRows(int decodedRows) {
    return decodedRows == decoded.height()
        ? extent().height()
        : Math.min(extent().height(), top + decodedRows);
  }

  /**
   * Makes one row.
   *
   * @param row of the result
   * @param values the decoded row's (width, 3) in [0, 1]; not looked at where there is none
   * @param rgb (width of the result, 3) bytes to fill
   */
  public void blend(int row, float[] values, byte[] rgb) {
    int width = extent().width();
    System.arraycopy(kept.values(), row * width * COLOURS, rgb, 0, width * COLOURS);
    if (decodedRow(row) < 0) {
      return;
    }
    if (row < bandFrom || row >= bandTo) {
      bandFrom = row;
      bandTo = Math.min(extent().height(), row + BAND);
      shares = ramp.rows(bandFrom, bandTo);
    }
    int end = Math.min(width, left + decoded.width());
    for (int x = left; x < end; x++) {
      double share = shares[(row - bandFrom) * width + x];
      if (share > 0) {
        for (int colour = 0; colour < COLOURS; colour++) {
          int n = COLOURS * x + colour;
          float fresh = values[COLOURS * (x - left) + colour];
          rgb[n] = share >= ALL ? level(fresh) : mixed(share, fresh, rgb[n] & 0xff);
        }
      }
    }
  }

  /** As any picture's. */
  private static byte level(float value) {
    return (byte) (int) Math.rint(Math.min(Math.max(value, 0f), 1f) * 255f);
  }

  private static byte mixed(double share, float fresh, int old) {
    double level = Math.min(Math.max(fresh, 0f), 1f) * 255.0;
    return (byte) (int) Math.rint(share * level + (1 - share) * old);
  }
}
