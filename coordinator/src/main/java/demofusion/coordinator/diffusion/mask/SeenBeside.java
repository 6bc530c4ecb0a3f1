package demofusion.coordinator.diffusion.mask;

import demofusion.coordinator.diffusion.storage.Lazy;
import demofusion.coordinator.diffusion.view.Dilation;
import demofusion.coordinator.diffusion.view.View;
import demofusion.coordinator.diffusion.view.WindowCopy;
import demofusion.protocol.latent.Latent;

/**
 * What a UNet of nine channels sees beside the latent (conditioning section 5.6): m, and μ, the
 * latent of what is kept with grey in place of the rest. A view sees it cut and padded as the
 * latent is, but not scaled.
 */
public final class SeenBeside {
  private final Latent around; // μ
  private final Dilation dilation;
  private final float[] planes; // (1 + C, height, width): m, μ
  private final Lazy<float[]> padded; // the same as dilated views have it

  /**
   * @param around μ
   */
  public SeenBeside(MaskedSamples mask, Latent around, Dilation dilation) {
    this.around = around;
    this.dilation = dilation;
    float[] levels = mask.levels();
    this.planes = new float[levels.length + around.samples().length];
    System.arraycopy(levels, 0, planes, 0, levels.length);
    System.arraycopy(around.samples(), 0, planes, levels.length, around.samples().length);
    this.padded = new Lazy<>(this::padded);
  }

  private float[] padded() {
    if (!dilation.isPadded()) {
      return planes;
    }
    float[] result = new float[channels() * dilation.paddedExtent().area()];
    dilation.pad(planes, channels(), result);
    return result;
  }

  /** 1 + C. */
  public int channels() {
    return 1 + around.channels();
  }

  /** μ, for a checkpoint. */
  public Latent around() {
    return around;
  }

  /** Copies what a view sees to {@code tile}, from {@code at} on. */
  public void cut(View view, float[] tile, int at) {
    if (view instanceof View.Local local) {
      WindowCopy.cut(planes, dilation.extent(), channels(), local.window(), 1, tile, at);
    } else if (view instanceof View.Dilated dilated) {
      dilation.gather(padded.get(), channels(), dilated.offset(), 1, tile, at);
    }
  }
}
