package demofusion.worker.model.network;

import demofusion.protocol.latent.Tensor;
import demofusion.protocol.model.Precision;
import demofusion.worker.model.torch.Attributes;
import demofusion.worker.model.torch.TorchCall;
import demofusion.worker.model.torch.TorchDevice;
import demofusion.worker.model.torch.TorchNetwork;
import demofusion.worker.model.torch.TorchThread;
import java.nio.file.Path;

/**
 * A super-resolution network on a device (modes section 7), always in float32: it has no model
 * whose precision could be its own.
 */
public final class UpscalerNetwork implements AutoCloseable {
  private final TorchNetwork network;
  private final int scale;
  private final int unshuffle;

  private UpscalerNetwork(TorchNetwork network, int scale, int unshuffle) {
    this.network = network;
    this.scale = scale;
    this.unshuffle = unshuffle;
  }

  /**
   * @throws demofusion.protocol.DemofusionException BAD_MODEL, in one sentence, if the file is no
   *     upscaler
   */
  public static UpscalerNetwork load(Path file, TorchDevice device) {
    return load(UpscalerWeights.open(file), device);
  }

  static UpscalerNetwork load(UpscalerWeights upscaler, TorchDevice device) {
    Attributes attributes =
        new Attributes("Rrdb")
            .integer("dtype", TorchNetwork.scalarType(Precision.FLOAT32))
            .integer("blocks", upscaler.shape().blocks())
            .integer("doublings", upscaler.shape().doublings())
            .integer("unshuffle", upscaler.shape().unshuffle());
    return new UpscalerNetwork(
        TorchNetwork.load("rrdb.py", attributes, device, upscaler.weights()),
        upscaler.shape().scale(),
        upscaler.shape().unshuffle());
  }

  /** How many times larger a picture's sides become. */
  public int scale() {
    return scale;
  }

  /**
   * @param pixels (3, height, width) in [0, 1]
   * @param threads CPU threads of the forward
   * @return (3, scale·height, scale·width), about [0, 1]
   */
  public Tensor upscale(Tensor pixels, int threads) {
    TorchThread.prepare(threads);
    int[] shape = pixels.shape();
    int height = roundUp(shape[1]);
    int width = roundUp(shape[2]);
    Tensor padded = padded(pixels, height, width);
    Tensor larger;
    try (TorchCall call = network.call("upscale")) {
      larger = call.tensor(padded.values(), 1, shape[0], height, width).run();
    }
    return cropped(larger, scale * shape[1], scale * shape[2]);
  }

  /** Sides that whole squares of pixels can be unshuffled of. */
  private int roundUp(int side) {
    return (side + unshuffle - 1) / unshuffle * unshuffle;
  }

  /** With its last row and column repeated. */
  private static Tensor padded(Tensor pixels, int height, int width) {
    int[] shape = pixels.shape();
    if (shape[1] == height && shape[2] == width) {
      return pixels;
    }
    Tensor padded = Tensor.zeros(shape[0], height, width);
    for (int row = 0; row < shape[0] * height; row++) {
      int channel = row / height;
      int y = Math.min(row % height, shape[1] - 1);
      int from = (channel * shape[1] + y) * shape[2];
      for (int x = 0; x < width; x++) {
        padded.values()[row * width + x] = pixels.values()[from + Math.min(x, shape[2] - 1)];
      }
    }
    return padded;
  }

  /**
   * @param larger (1, channels, height, width)
   */
  private static Tensor cropped(Tensor larger, int height, int width) {
    int[] shape = larger.shape();
    Tensor cropped = Tensor.zeros(shape[1], height, width);
    for (int row = 0; row < shape[1] * height; row++) {
      int from = (row / height * shape[2] + row % height) * shape[3];
      System.arraycopy(larger.values(), from, cropped.values(), row * width, width);
    }
    return cropped;
  }

  @Override
  public void close() {
    network.close();
  }
}
