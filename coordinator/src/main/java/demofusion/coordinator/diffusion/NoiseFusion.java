package demofusion.coordinator.diffusion;

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
  private final int[] count;
  private float dilatedWeight;
  private boolean localsClosed;

  NoiseFusion(int channels, LatentExtent extent) {
    this.extent = extent;
    this.channels = channels;
    this.fused = new float[channels * extent.area()];
    this.count = new int[extent.area()];
  }

  /**
   * Begins a timestep.
   *
   * @param local the views whose overlaps the sum will be divided by
   * @param dilatedWeight c2; 0 where there are no dilated views
   */
  void open(List<View> local, float dilatedWeight) {
    this.dilatedWeight = dilatedWeight;
    this.localsClosed = false;
    int width = extent.width();
    Parallel.forRanges(
        extent.height(),
        Math.max(1, (1 << 15) / width),
        (from, to) -> {
          for (int channel = 0; channel < channels; channel++) {
            int plane = channel * extent.area();
            Arrays.fill(fused, plane + from * width, plane + to * width, 0);
          }
          Arrays.fill(count, from * width, to * width, 0);
          for (View view : local) {
            WindowCopy.count(count, extent, ((View.Local) view).window(), from, to);
          }
        });
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
        channels * extent.height(),
        Math.max(1, (1 << 15) / width),
        (from, to) -> {
          for (int line = from; line < to; line++) {
            int samples = line * width;
            int plane = line % extent.height() * width;
            for (int column = 0; column < width; column++) {
              fused[samples + column] =
                  localWeight * (fused[samples + column] / count[plane + column]);
            }
          }
        });
  }
}
