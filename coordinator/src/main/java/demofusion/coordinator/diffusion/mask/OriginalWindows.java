package demofusion.coordinator.diffusion.mask;

import demofusion.coordinator.diffusion.resize.PictureWindows;
import demofusion.protocol.api.request.condition.PictureBytes.Pixels;
import demofusion.protocol.latent.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * O_k as the VAE's encoder sees it, in [−1, 1] (conditioning section 5.2); or what is kept of it
 * alone, where masked pixels are 0, a grey (section 5.6).
 *
 * @param picture O_k
 * @param mask M_k, of its size; null: nothing is masked
 */
public record OriginalWindows(Pixels picture, @Nullable MaskPicture mask)
    implements PictureWindows {
  private static final int COLOURS = 3;

  @Override
  public Tensor window(int top, int left, int height, int width) {
    Tensor window = Tensor.zeros(COLOURS, height, width);
    int whole = picture.extent().width();
    int area = height * width;
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        if (mask != null && mask.level(top + y, left + x) > 0) {
          continue;
        }
        int from = COLOURS * ((top + y) * whole + left + x);
        for (int colour = 0; colour < COLOURS; colour++) {
          int level = picture.values()[from + colour] & 0xff;
          window.values()[colour * area + y * width + x] = (float) (level / 127.5 - 1);
        }
      }
    }
    return window;
  }
}
