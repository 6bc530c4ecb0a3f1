package demofusion.coordinator.diffusion.resize;

import demofusion.coordinator.diffusion.Parallel;
import demofusion.protocol.latent.Latent;
import demofusion.protocol.latent.LatentExtent;
import demofusion.protocol.picture.CubicAxis;

/**
 * Cubic convolution with a = −0.75, half-pixel centres, clamped edges and no antialiasing: torch's
 * {@code interpolate(mode="bicubic", align_corners=False)}, which enlarges a phase's latent to the
 * next (spec section 2.1).
 */
public final class Bicubic {
  private static final int TAPS = CubicAxis.TAPS;

  private Bicubic() {}

  /** Takes neighbouring samples of the result, in any order and from several threads. */
  @FunctionalInterface
  public interface Sink {
    /**
     * @param from the first one's number in the result
     * @param band the samples; valid during the call only
     */
    void accept(int from, float[] band, int count);
  }

  /** Enlarges in bands of rows, so that nobody needs to hold the whole result. */
  public static void resize(Latent source, LatentExtent extent, Sink sink) {
    CubicAxis rows = CubicAxis.of(source.extent().height(), extent.height());
    CubicAxis columns = CubicAxis.of(source.extent().width(), extent.width());
    int sourceWidth = source.extent().width();
    int sourcePlane = source.extent().area();
    int width = extent.width();
    int allRows = source.channels() * extent.height();
    Parallel.forRanges(
        allRows,
        Math.max(1, 8192 / width),
        (from, to) -> {
          float[] band = new float[(to - from) * width];
          for (int row = from; row < to; row++) {
            int plane = row / extent.height() * sourcePlane;
            int y = row % extent.height();
            for (int x = 0; x < width; x++) {
              float sum = 0;
              for (int i = 0; i < TAPS; i++) {
                int line = plane + rows.index(y, i) * sourceWidth;
                float across = 0;
                for (int j = 0; j < TAPS; j++) {
                  across += columns.weight(x, j) * source.samples()[line + columns.index(x, j)];
                }
                sum += rows.weight(y, i) * across;
              }
              band[(row - from) * width + x] = sum;
            }
          }
          sink.accept(from * width, band, band.length);
        });
  }
}
