package demofusion.coordinator.diffusion.fusion;

import demofusion.coordinator.diffusion.Parallel;
import demofusion.coordinator.diffusion.storage.Lazy;
import demofusion.coordinator.diffusion.view.BlockWeights;
import demofusion.coordinator.diffusion.view.View;
import demofusion.coordinator.diffusion.view.ViewBatch;
import demofusion.coordinator.diffusion.view.Window;
import demofusion.coordinator.diffusion.view.WindowCopy;
import demofusion.coordinator.diffusion.view.WindowInteraction;
import demofusion.protocol.latent.LatentExtent;
import demofusion.protocol.latent.Tensor;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Fuses the noise that the views predicted into one prediction for the whole latent: ε̂ = (1 −
 * c2)·(Σ local)/count + c2·scatter(dilated) (spec section 6), or with weights (Σ w·local)/(Σ w) in
 * place of the mean (modes section 1). Predictions are added in the order of the views, so the same
 * views give the same bits.
 *
 * <p>All of it happens in one buffer: first the local views are summed, then the sum is divided and
 * weighted, then the dilated views are added.
 */
public final class NoiseFusion {
  private final LatentExtent extent;
  private final int channels;
  private final float[] fused;
  private List<View> local = List.of();
  private List<BlockWeights> weights = List.of();
  private float dilatedWeight;
  private @Nullable Lazy<WindowInteraction> interaction;
  private boolean localsClosed;

  public NoiseFusion(int channels, LatentExtent extent) {
    this.extent = extent;
    this.channels = channels;
    this.fused = new float[channels * extent.area()];
  }

  /**
   * Begins a timestep.
   *
   * @param local the views whose overlaps the sum will be divided by
   * @param weights of the same views' samples; none where all count alike
   * @param dilatedWeight c2; 0 where there are no dilated views
   * @param interaction how dilated views exchanged samples; null: they did not
   */
  public void open(
      List<View> local,
      List<BlockWeights> weights,
      float dilatedWeight,
      @Nullable Lazy<WindowInteraction> interaction) {
    this.local = local;
    this.weights = weights;
    this.dilatedWeight = dilatedWeight;
    this.interaction = interaction;
    this.localsClosed = false;
    Parallel.forRanges(fused.length, 1 << 17, (from, to) -> Arrays.fill(fused, from, to, 0));
  }

  /** Adds a batch's predictions; all local batches come before the first dilated one. */
  public void add(ViewBatch batch, Tensor prediction) {
    int size = prediction.values().length / batch.rows().size();
    int at = 0;
    for (ViewBatch.Row row : batch.rows()) {
      if (row.view() instanceof View.Local local) {
        addLocal(prediction.values(), at, local.window(), row.number());
      } else if (row.view() instanceof View.Dilated dilated) {
        closeLocals();
        addDilated(prediction.values(), at, dilated, row.number());
      }
      at += size;
    }
  }

  /**
   * Adds some rows of a view's prediction, which is made as it is added.
   *
   * @param number of the view among the timestep's local or dilated ones
   * @param samples (channels, rows, view's width)
   */
  public void addRows(View view, int number, int firstRow, int rows, float[] samples) {
    if (view instanceof View.Local local) {
      Window all = local.window();
      Window some = new Window(all.top() + firstRow, all.left(), rows, all.width());
      if (weights.isEmpty()) {
        WindowCopy.add(samples, 0, fused, extent, channels, some);
      } else {
        BlockWeights block = weights.get(number).rows(firstRow, rows);
        WindowCopy.add(samples, 0, fused, extent, channels, some, block);
      }
    } else if (view instanceof View.Dilated dilated) {
      if (interaction != null) {
        throw new IllegalStateException("views that exchange samples are added whole");
      }
      closeLocals();
      dilated
          .dilation()
          .scatter(samples, 0, dilatedWeight, fused, channels, dilated.offset(), firstRow, rows);
    }
  }

  private void addLocal(float[] tile, int at, Window window, int number) {
    if (weights.isEmpty()) {
      WindowCopy.add(tile, at, fused, extent, channels, window);
    } else {
      WindowCopy.add(tile, at, fused, extent, channels, window, weights.get(number));
    }
  }

  private void addDilated(float[] tile, int at, View.Dilated view, int number) {
    if (interaction == null) {
      view.dilation().scatter(tile, at, dilatedWeight, fused, channels, view.offset());
    } else {
      interaction.get().scatter(tile, at, dilatedWeight, fused, number);
    }
  }

  /**
   * Copies the first rows of ε̂ where only local views are fused and all of those rows' are added;
   * what is fused goes on unchanged.
   *
   * @param rows of each channel
   * @param into (channels, height, width)
   */
  public void copyFirst(int rows, float[] into) {
    if (localsClosed || dilatedWeight != 0) {
      throw new IllegalStateException("rows are copied while local views alone are fused");
    }
    divideRows(rows, into);
  }

  /** ε̂, (channels, height, width); the buffer itself, good until the next {@link #open}. */
  public float[] close() {
    closeLocals();
    return fused;
  }

  private void closeLocals() {
    if (localsClosed) {
      return;
    }
    localsClosed = true;
    divideRows(extent.height(), fused);
  }

  private void divideRows(int rows, float[] into) {
    int width = extent.width();
    float localWeight = 1 - dilatedWeight;
    Parallel.forRanges(
        rows,
        Math.max(1, (1 << 15) / width),
        (from, to) -> {
          float[] total = total(from, to);
          for (int channel = 0; channel < channels; channel++) {
            for (int row = from; row < to; row++) {
              int at = (channel * extent.height() + row) * width;
              divide(at, localWeight, total, row - from, into);
            }
          }
        });
  }

  /** How much lies over each sample of the rows [from, to). */
  private float[] total(int from, int to) {
    float[] total = new float[(to - from) * extent.width()];
    if (!weights.isEmpty()) {
      for (int n = 0; n < local.size(); n++) {
        Window window = ((View.Local) local.get(n)).window();
        WindowCopy.weigh(total, extent, window, weights.get(n), from, to);
      }
      return total;
    }
    int[] count = new int[total.length];
    for (View view : local) {
      WindowCopy.count(count, extent, ((View.Local) view).window(), from, to);
    }
    for (int n = 0; n < total.length; n++) {
      total[n] = count[n];
    }
    return total;
  }

  private void divide(int samples, float localWeight, float[] total, int row, float[] into) {
    int width = extent.width();
    for (int column = 0; column < width; column++) {
      into[samples + column] =
          localWeight * (fused[samples + column] / total[row * width + column]);
    }
  }
}
