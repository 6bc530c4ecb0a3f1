package demofusion.coordinator.diffusion;

import demofusion.coordinator.diffusion.view.View;
import demofusion.coordinator.diffusion.view.ViewBatch;
import demofusion.coordinator.diffusion.view.WindowCopy;
import demofusion.protocol.latent.LatentExtent;
import demofusion.protocol.latent.Tensor;
import java.util.Arrays;
import java.util.List;

/**
 * Fuses the noise that the views predicted into one prediction for the whole latent: ε̂ = (1 −
 * c2)·(Σ local)/count + c2·scatter(dilated) (spec section 6). Predictions are added in the order of
 * the views, so the same views give the same bits.
 *
 * <p>All of it happens in one buffer: first the local views are summed, then the sum is divided and
 * weighted, then the dilated views are added.
 */
final class NoiseFusion {
  private final LatentExtent extent;
  private final int channels;
  private final float[] fused;
  private List<View> local = List.of();
  private float dilatedWeight;
  private boolean localsClosed;

  NoiseFusion(int channels, LatentExtent extent) {
    this.extent = extent;
    this.channels = channels;
    this.fused = new float[channels * extent.area()];
  }

  /**
   * Begins a timestep.
   *
   * @param local the views whose overlaps the sum will be divided by
   * @param dilatedWeight c2; 0 where there are no dilated views
   */
  void open(List<View> local, float dilatedWeight) {
    this.local = local;
    this.dilatedWeight = dilatedWeight;
    this.localsClosed = false;
    Parallel.forRanges(fused.length, 1 << 17, (from, to) -> Arrays.fill(fused, from, to, 0));
  }

  /** Adds a batch's predictions; all local batches come before the first dilated one. */
  void add(ViewBatch batch, Tensor prediction) {
    int size = prediction.values().length / batch.views().size();
    int at = 0;
    for (View view : batch.views()) {
      if (view instanceof View.Local local) {
        WindowCopy.add(prediction.values(), at, fused, extent, channels, local.window());
      } else if (view instanceof View.Dilated dilated) {
        closeLocals();
        dilated
            .dilation()
            .scatter(prediction.values(), at, dilatedWeight, fused, channels, dilated.offset());
      }
      at += size;
    }
  }

  /** ε̂, (channels, height, width); the buffer itself, good until the next {@link #open}. */
  float[] close() {
    closeLocals();
    return fused;
  }

  private void closeLocals() {
    if (localsClosed) {
      return;
    }
    localsClosed = true;
    int width = extent.width();
    float localWeight = 1 - dilatedWeight;
    Parallel.forRanges(
        extent.height(),
        Math.max(1, (1 << 15) / width),
        (from, to) -> {
          int[] count = new int[(to - from) * width];
          for (View view : local) {
            WindowCopy.count(count, extent, ((View.Local) view).window(), from, to);
          }
          for (int channel = 0; channel < channels; channel++) {
            for (int row = from; row < to; row++) {
              divide((channel * extent.height() + row) * width, localWeight, count, row - from);
            }
          }
        });
  }

  private void divide(int samples, float localWeight, int[] count, int row) {
    int width = extent.width();
    for (int column = 0; column < width; column++) {
      fused[samples + column] =
          localWeight * (fused[samples + column] / count[row * width + column]);
    }
  }
}
