package demofusion.coordinator.diffusion.view;

import demofusion.coordinator.diffusion.Parallel;
import demofusion.coordinator.diffusion.random.AuxiliaryStream;
import demofusion.protocol.latent.LatentExtent;

/**
 * Window interaction (AccDiffusion; modes section 3): the dilated views of a timestep exchange
 * samples before the model sees them, and the predictions go back to where the samples came from.
 * Views exchange in groups of sixteen, at every place of a sub-latent by a permutation of its own.
 *
 * <pre>
 *   one place, a group of four views       u: what the model sees    e: predicted    ε: back
 *   g  0 1 2 3     π  2 0 3 1                 g2 g0 g3 g1             e0 e1 e2 e3    e1 e3 e0 e2
 * </pre>
 */
public final class WindowInteraction {
  /** Views that exchange samples with each other. */
  public static final int GROUP = 16;

  private final Dilation dilation;
  private final int channels;
  private final int size; // samples of a view
  private final byte[] sources; // (views, channels, height, width): π(b), within b's group

  private WindowInteraction(Dilation dilation, int channels, byte[] sources) {
    this.dilation = dilation;
    this.channels = channels;
    this.size = channels * dilation.subExtent().area();
    this.sources = sources;
  }

  /** Draws a timestep's permutations: group after group, place after place. */
  public static WindowInteraction draw(Dilation dilation, int channels, AuxiliaryStream stream) {
    int views = dilation.factor() * dilation.factor();
    int size = Math.multiplyExact(channels, dilation.subExtent().area());
    byte[] sources = new byte[Math.multiplyExact(views, size)];
    byte[] permutation = new byte[GROUP];
    for (int first = 0; first < views; first += GROUP) {
      int count = Math.min(GROUP, views - first);
      for (int place = 0; place < size; place++) {
        stream.permutation(permutation, count);
        for (int member = 0; member < count; member++) {
          sources[(first + member) * size + place] = permutation[member];
        }
      }
    }
    return new WindowInteraction(dilation, channels, sources);
  }

  /**
   * Gives every sample of every view the one that the model sees in its place.
   *
   * @param padded (channels, padded height, padded width)
   * @param result the same shape; may be the same array
   */
  public void permute(float[] padded, float[] result) {
    LatentExtent inner = dilation.subExtent();
    int views = dilation.factor() * dilation.factor();
    Parallel.forRanges(
        channels * inner.height(),
        Math.max(1, (1 << 14) / dilation.paddedExtent().width()),
        (from, to) -> {
          float[] ofGroup = new float[GROUP];
          int[] offsets = new int[GROUP];
          for (int line = from; line < to; line++) {
            for (int first = 0; first < views; first += GROUP) {
              permuteLine(padded, result, line, first, offsets, ofGroup);
            }
          }
        });
  }

  /** One row of the sub-latents of one group; a line is a row counted through all channels. */
  private void permuteLine(
      float[] padded, float[] result, int line, int first, int[] offsets, float[] ofGroup) {
    int factor = dilation.factor();
    int width = dilation.subExtent().width();
    int count = Math.min(GROUP, factor * factor - first);
    for (int member = 0; member < count; member++) {
      int row = line * factor + (first + member) / factor;
      offsets[member] = row * dilation.paddedExtent().width() + (first + member) % factor;
    }
    for (int column = 0; column < width; column++) {
      for (int member = 0; member < count; member++) {
        ofGroup[member] = padded[offsets[member] + column * factor];
      }
      for (int member = 0; member < count; member++) {
        int source = sources[(first + member) * size + line * width + column];
        result[offsets[member] + column * factor] = ofGroup[source];
      }
    }
  }

  /**
   * Adds a view's predictions, times a weight, at the places in the latent that the samples came
   * from; what falls on the padding is dropped.
   *
   * @param view its number among the dilated views, row by row
   */
  public void scatter(float[] tile, int at, float weight, float[] latent, int view) {
    LatentExtent inner = dilation.subExtent();
    LatentExtent outer = dilation.extent();
    int factor = dilation.factor();
    int first = view / GROUP * GROUP;
    int count = Math.min(GROUP, factor * factor - first);
    int[] rows = new int[GROUP]; // of the group's views, from the latent's first on
    int[] columns = new int[GROUP];
    for (int member = 0; member < count; member++) {
      rows[member] = (first + member) / factor - dilation.topPadding();
      columns[member] = (first + member) % factor - dilation.leftPadding();
    }
    int n = 0;
    for (int channel = 0; channel < channels; channel++) {
      for (int row = 0; row < inner.height(); row++) {
        for (int column = 0; column < inner.width(); column++, n++) {
          int home = sources[view * size + n];
          int y = row * factor + rows[home];
          int x = column * factor + columns[home];
          if (y >= 0 && x >= 0) {
            latent[(channel * outer.height() + y) * outer.width() + x] += weight * tile[at + n];
          }
        }
      }
    }
  }
}
