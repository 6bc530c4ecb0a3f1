package demofusion.coordinator.diffusion.mask;

import demofusion.coordinator.diffusion.view.Dilation;
import demofusion.coordinator.diffusion.view.View;
import demofusion.coordinator.diffusion.view.Window;
import demofusion.protocol.latent.LatentExtent;

/**
 * m of conditioning section 5.1: which samples of a phase's latent are drawn anew; and which views
 * have one of them, so that the others need not be predicted (section 5.4).
 */
public final class MaskedSamples {
  private final LatentExtent extent;
  private final boolean[] drawn; // (height, width)
  private final int[] sums; // (height + 1, width + 1): of the samples above and to the left
  private final boolean[] offsets; // (s, s): of the dilated views that have one

  /**
   * @param drawn (height, width) of the phase's latent; not to be changed
   * @param dilation of the phase
   */
  public MaskedSamples(boolean[] drawn, Dilation dilation) {
    this.extent = dilation.extent();
    this.drawn = drawn;
    int width = extent.width();
    int factor = dilation.factor();
    this.sums = new int[(extent.height() + 1) * (width + 1)];
    this.offsets = new boolean[factor * factor];
    for (int y = 0; y < extent.height(); y++) {
      int row = (y + dilation.topPadding()) % factor * factor;
      int sum = 0;
      for (int x = 0; x < width; x++) {
        if (drawn[y * width + x]) {
          sum++;
          offsets[row + (x + dilation.leftPadding()) % factor] = true;
        }
        sums[(y + 1) * (width + 1) + x + 1] = sums[y * (width + 1) + x + 1] + sum;
      }
    }
  }

  /** Samples of one channel. */
  public int plane() {
    return drawn.length;
  }

  /** Whether a sample is drawn anew. */
  public boolean isDrawn(int sample) {
    return drawn[sample];
  }

  /** How many samples are, of one channel. */
  public int count() {
    return sums[sums.length - 1];
  }

  /** Whether a view has such a sample inside the picture. */
  public boolean isDrawn(View view) {
    if (view instanceof View.Dilated dilated) {
      Dilation.Offset offset = dilated.offset();
      return offsets[offset.row() * dilated.dilation().factor() + offset.column()];
    }
    Window window = ((View.Local) view).window();
    int top = Math.max(0, window.top());
    int left = Math.max(0, window.left());
    int bottom = Math.min(extent.height(), window.top() + window.height());
    int right = Math.min(extent.width(), window.left() + window.width());
    return sum(bottom, right) - sum(top, right) - sum(bottom, left) + sum(top, left) > 0;
  }

  private int sum(int row, int column) {
    return sums[row * (extent.width() + 1) + column];
  }

  /** The samples that are drawn anew, of all channels in their order. */
  public float[] of(float[] latent) {
    int plane = drawn.length;
    float[] inside = new float[latent.length / plane * count()];
    int at = 0;
    for (int n = 0; n < latent.length; n++) {
      if (drawn[n % plane]) {
        inside[at++] = latent[n];
      }
    }
    return inside;
  }

  /** m as the UNet of nine channels sees it, 1 or 0. */
  float[] levels() {
    float[] levels = new float[drawn.length];
    for (int n = 0; n < levels.length; n++) {
      levels[n] = drawn[n] ? 1 : 0;
    }
    return levels;
  }
}
