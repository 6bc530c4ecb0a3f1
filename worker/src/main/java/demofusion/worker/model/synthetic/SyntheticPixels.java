package demofusion.worker.model.synthetic;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.latent.Tensor;
import demofusion.protocol.model.ModelGeometry;
import demofusion.protocol.work.WorkResult;
import java.util.Arrays;

/** The synthetic model's VAE: latents are averages over squares of f by f pixels, and back. */
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
    float[] mean = new float[channels * height * width];
    for (int n = 0; n < mean.length; n++) {
      int colour = n / (height * width) % COLOURS;
      int row = n / width % height * factor;
      mean[n] = average(pixels, (colour * shape[1] + row) * shape[2] + n % width * factor);
    }
    float[] deviation = new float[mean.length];
    Arrays.fill(deviation, DEVIATION);
    int[] latent = {channels, height, width};
    return new WorkResult.EncodedPicture(
        new Tensor(latent, mean), new Tensor(latent.clone(), deviation));
  }

  private float average(Tensor pixels, int corner) {
    float sum = 0;
    for (int row = 0; row < factor; row++) {
      for (int column = 0; column < factor; column++) {
        sum += pixels.values()[corner + row * pixels.shape()[2] + column];
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
    for (int line = 0; line < COLOURS * height * factor; line++) {
      int channel = Math.min(line / (height * factor), channels - 1);
      int row = line % (height * factor) / factor;
      for (int column = 0; column < rowLength; column++) {
        float sample = latent.values()[(channel * height + row) * width + column / factor];
        pixels[line * rowLength + column] = 0.5f + 0.5f * sample / (1 + Math.abs(sample));
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
