package demofusion.coordinator.image;

import demofusion.coordinator.diffusion.storage.Samples;
import demofusion.protocol.latent.LatentExtent;
import demofusion.protocol.latent.Tensor;
import java.util.List;

/** A rectangle of a latent, in latent samples. */
public record LatentCut(int top, int left, int height, int width) {
  /** The samples within, as (channels, height, width); a copy. */
  public Tensor from(Samples latent) {
    Tensor cut = Tensor.zeros(latent.channels(), height, width);
    copy(latent, cut.values(), 0);
    return cut;
  }

  /** Several cuts of one size, as (cuts, channels, height, width). */
  public static Tensor stack(Samples latent, List<LatentCut> cuts) {
    LatentCut first = cuts.get(0);
    Tensor stack = Tensor.zeros(cuts.size(), latent.channels(), first.height, first.width);
    int size = latent.channels() * first.height * first.width;
    for (int n = 0; n < cuts.size(); n++) {
      cuts.get(n).copy(latent, stack.values(), n * size);
    }
    return stack;
  }

  private void copy(Samples latent, float[] into, int offset) {
    LatentExtent extent = latent.extent();
    for (int row = 0; row < latent.channels() * height; row++) {
      int channel = row / height;
      int y = top + row % height;
      latent.read(
          (channel * extent.height() + y) * extent.width() + left,
          into,
          offset + row * width,
          width);
    }
  }
}
