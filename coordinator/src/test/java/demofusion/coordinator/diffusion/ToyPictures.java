package demofusion.coordinator.diffusion;

import demofusion.protocol.latent.Latent;
import demofusion.protocol.latent.PixelExtent;
import demofusion.protocol.latent.Tensor;
import demofusion.protocol.work.Work;
import demofusion.protocol.work.WorkResult;

/** A toy of a VAE: each latent sample is a square of pixels, a little different from each other. */
public final class ToyPictures implements PhasePictures {
  private static final int CHANNELS = 4;

  private final int factor;

  public ToyPictures(int factor) {
    this.factor = factor;
  }

  @Override
  public PhasePicture picture(Phase phase, Latent latent) {
    PixelExtent extent = latent.extent().toPixels(factor);
    byte[] rgb = new byte[3 * extent.width() * extent.height()];
    for (int n = 0; n < rgb.length; n++) {
      int x = n / 3 % extent.width();
      int y = n / 3 / extent.width();
      int sample = y / factor * latent.extent().width() + x / factor;
      float value = latent.samples()[n % 3 * latent.extent().area() + sample];
      rgb[n] = (byte) Math.max(0, Math.min(255, Math.round(128 + 60 * value + x % 3 - y % 2)));
    }
    return PhasePicture.of(extent, rgb);
  }

  @Override
  public WorkResult.EncodedPicture encode(Work.EncodePicture work) {
    Tensor pixels = work.pixels();
    int height = pixels.shape()[1] / factor;
    int width = pixels.shape()[2] / factor;
    Tensor mean = Tensor.zeros(CHANNELS, height, width);
    for (int n = 0; n < mean.values().length; n++) {
      int colour = n / (height * width) % 3;
      int y = n / width % height * factor;
      int x = n % width * factor;
      int at = (colour * height * factor + y) * width * factor + x;
      mean.values()[n] = 2 * pixels.values()[at] - 0.3f * pixels.values()[at + 1];
    }
    return new WorkResult.EncodedPicture(mean, Tensor.zeros(CHANNELS, height, width));
  }
}
