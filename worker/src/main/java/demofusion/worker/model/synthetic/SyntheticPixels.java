package demofusion.worker.model.synthetic;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.latent.Tensor;
import demofusion.protocol.model.ModelGeometry;
import demofusion.protocol.work.WorkResult;
import java.util.Arrays;

/**
 * The synthetic model's VAE: latents are averages over squares of f by f pixels, and back. Computed
 * once for each square, since what a pretended device takes is pretended too.
 */
final class SyntheticPixels {
  private static final int COLOURS = 3;
  private static final float DEVIATION = 0.05f;
  private static final int UPSCALING = 4;

  private final int channels;
  private final int factor;

  SyntheticPixels(ModelGeometry geometry) {
    this.channels = geometry.latentChannels();
    this.factor = geometry.vaeScaleFactor();
  }

  /**
   * @param pixels (3, height, width) in [−1, 1]
   */
  WorkResult.EncodedPicture encode(Tensor pixels) {
    int[] shape = pixels.shape();
    if (shape.length != 3
        || shape[0] != COLOURS
        || shape[1] % factor != 0
        || shape[2] % factor != 0) {
      throw DemofusionException.badRequest(
          "an image to encode has 3 channels and sides that are multiples of "
              + factor
              + " pixels, not "
              + pixels);
    }
    int height = shape[1] / factor;
    int width = shape[2] / factor;
    int area = height * width;
    float[] mean = new float[channels * area];
    for (int n = 0; n < Math.min(channels, COLOURS) * area; n++) {
      int line = n / area * shape[1] + n / width % height * factor;
      mean[n] = average(pixels.values(), line * shape[2] + n % width * factor, shape[2]);
    }
    for (int channel = COLOURS; channel < channels; channel++) {
      System.arraycopy(mean, channel % COLOURS * area, mean, channel * area, area);
    }
    float[] deviation = new float[mean.length];
    Arrays.fill(deviation, DEVIATION);
    int[] latent = {channels, height, width};
    return new WorkResult.EncodedPicture(
        new Tensor(latent, mean), new Tensor(latent.clone(), deviation));
  }

  private float average(float[] pixels, int corner, int rowLength) {
    float sum = 0;
    for (int row = 0; row < factor; row++) {
      int from = corner + row * rowLength;
      for (int at = from; at < from + factor; at++) {
        sum += pixels[at];
      }
    }
    return sum / (factor * factor);
  }

  /**
   * Each latent sample becomes a square of one colour, so that tiles decode as the whole does.
   *
   * @param latent (channels, height, width)
   * @return (3, height·f, width·f) in [0, 1]
   */
  Tensor decode(Tensor latent) {
    int height = latent.shape()[1];
    int width = latent.shape()[2];
    int rowLength = width * factor;
    float[] pixels = new float[COLOURS * height * factor * rowLength];
    float[] samples = latent.values();
    for (int row = 0; row < COLOURS * height; row++) {
      int channel = Math.min(row / height, channels - 1);
      int from = (channel * height + row % height) * width;
      int first = row * factor * rowLength;
      for (int column = 0; column < width; column++) {
        float sample = samples[from + column];
        int at = first + column * factor;
        Arrays.fill(pixels, at, at + factor, 0.5f + 0.5f * sample / (1 + Math.abs(sample)));
      }
      for (int line = 1; line < factor; line++) {
        System.arraycopy(pixels, first, pixels, first + line * rowLength, rowLength);
      }
    }
    return new Tensor(new int[] {COLOURS, height * factor, rowLength}, pixels);
  }

  /**
   * Each pixel becomes four by four of its colour, whatever upscaler was asked for.
   *
   * @param pixels (3, height, width)
   */
  static Tensor upscale(Tensor pixels) {
    int height = pixels.shape()[1];
    int width = pixels.shape()[2];
    int rowLength = width * UPSCALING;
    Tensor larger = Tensor.zeros(COLOURS, height * UPSCALING, rowLength);
    for (int line = 0; line < COLOURS * height * UPSCALING; line++) {
      for (int column = 0; column < rowLength; column++) {
        larger.values()[line * rowLength + column] =
            pixels.values()[line / UPSCALING * width + column / UPSCALING];
      }
    }
    return larger;
  }
}
