package demofusion.coordinator.diffusion.region;

import demofusion.coordinator.diffusion.Parallel;
import demofusion.protocol.api.request.method.RegionNoise;
import demofusion.protocol.latent.LatentExtent;
import demofusion.protocol.latent.PixelExtent;

/**
 * How strong region-wise noise (LSRNA; modes section 5) is over each sample of a latent: the share
 * of edges in the part of a picture that it covers, stretched to the range of deviations that the
 * request names.
 */
public final class RegionDeviation {
  private static final int LOW_THRESHOLD = 0;
  private static final int HIGH_THRESHOLD = 255;

  private final float[] deviation; // (height, width)

  /** The same as a checkpoint has it: {@link #values}. */
  public RegionDeviation(float[] deviation) {
    this.deviation = deviation;
  }

  /**
   * Looks for a picture's edges.
   *
   * @param extent of the latent that gets the noise
   */
  public static RegionDeviation of(
      PixelExtent picture, PictureRows rows, LatentExtent extent, RegionNoise noise) {
    return of(new Canny(picture, LOW_THRESHOLD, HIGH_THRESHOLD).edges(rows), extent, noise);
  }

  static RegionDeviation of(EdgeMap edges, LatentExtent extent, RegionNoise noise) {
    double[] shares = new double[extent.area()];
    Parallel.forRanges(extent.height(), 1, (from, to) -> pool(edges, extent, shares, from, to));
    double least = Double.POSITIVE_INFINITY;
    double most = Double.NEGATIVE_INFINITY;
    for (double share : shares) {
      least = Math.min(least, share);
      most = Math.max(most, share);
    }
    float[] deviation = new float[shares.length];
    for (int n = 0; n < deviation.length; n++) {
      double height = most > least ? (shares[n] - least) / (most - least) : 0;
      deviation[n] = (float) (height * (noise.most() - noise.least()) + noise.least());
    }
    return new RegionDeviation(deviation);
  }

  /** Torch's adaptive average pooling of the rows [from, to) of the result. */
  private static void pool(EdgeMap edges, LatentExtent extent, double[] shares, int from, int to) {
    for (int y = from; y < to; y++) {
      int top = begin(y, edges.extent().height(), extent.height());
      int bottom = end(y, edges.extent().height(), extent.height());
      for (int x = 0; x < extent.width(); x++) {
        int left = begin(x, edges.extent().width(), extent.width());
        int right = end(x, edges.extent().width(), extent.width());
        int count = 0;
        for (int row = top; row < bottom; row++) {
          count += edges.count(row, left, right);
        }
        shares[y * extent.width() + x] = (double) count / ((bottom - top) * (right - left));
      }
    }
  }

  private static int begin(int bin, int pixels, int bins) {
    return (int) ((long) bin * pixels / bins);
  }

  private static int end(int bin, int pixels, int bins) {
    return (int) (((long) (bin + 1) * pixels + bins - 1) / bins);
  }

  /** The deviations, (height, width). */
  public float[] values() {
    return deviation;
  }

  /**
   * z ← z + std·n for neighbouring samples of a latent.
   *
   * @param from the first one's number in the latent
   * @param z the samples, from its start on
   * @param noise n, all of the latent's: (channels, height, width)
   */
  public void add(int from, float[] z, int count, float[] noise) {
    for (int n = 0; n < count; n++) {
      z[n] += deviation[(from + n) % deviation.length] * noise[from + n];
    }
  }
}
