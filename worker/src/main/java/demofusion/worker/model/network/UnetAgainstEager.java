package demofusion.worker.model.network;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.latent.Guidance;
import demofusion.protocol.latent.Tensor;
import demofusion.protocol.model.Precision;
import demofusion.worker.model.folder.ModelFolder;
import demofusion.worker.model.folder.UnetConfig;
import demofusion.worker.model.network.NoiseNetwork.Extra;
import demofusion.worker.model.torch.TorchDevice;
import demofusion.worker.model.torch.TorchThread;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * A model's UNet as it is drawn with here, beside the same weights as anybody's first program would
 * run them: libtorch's own kernels one after the other, channels first, nothing laid out for the
 * device. Both take turns, so that whatever else the machine does falls on both.
 */
public final class UnetAgainstEager {
  private static final float MIDDLE_TIMESTEP = 500;
  private static final int TEXT_TOKENS = 77;
  private static final int WARM_UPS = 2;
  private static final Guidance GUIDANCE = new Guidance(7.5f, 0);

  /** Medians of a forward, with guidance. */
  public record Result(double ourSeconds, double eagerSeconds) {
    /** How many times as fast ours is. */
    public double ratio() {
      return eagerSeconds / ourSeconds;
    }
  }

  private UnetAgainstEager() {}

  /**
   * Refuses what it cannot compare.
   *
   * @param memoryNote how the model is placed, where it is not simply all on its device
   * @throws DemofusionException BAD_REQUEST with what to do
   */
  public static void requireComparable(Precision precision, Optional<String> memoryNote) {
    if (precision.weightBytes() < precision.bytes()) {
      throw DemofusionException.badRequest(
          "--against runs the weights as they are, and those in "
              + precision
              + " are not: leave out --weights float8");
    }
    if (memoryNote.isPresent()) {
      throw DemofusionException.badRequest(
          "--against needs both UNets whole on the device, and this one is placed as in \""
              + memoryNote.get()
              + "\": leave out --memory, or use a device on which everything fits");
    }
  }

  /**
   * @param device as it is named: cpu, cuda:0
   * @param views guided views per forward, of the native size
   * @param threads CPU threads of one forward
   */
  public static Result measure(
      ModelFolder folder,
      String device,
      Precision precision,
      int views,
      int threads,
      int forwards) {
    TorchDevice torch = TorchDevice.parse(device);
    UnetConfig config = folder.unet().config();
    try (NoiseNetwork ours = NoiseNetwork.load(config, folder.unet().weights(), torch, precision);
        NoiseNetwork eager =
            NoiseNetwork.load(
                config, folder.unet().weights(), torch, precision, ForwardSwitches.EAGER)) {
      TorchThread.prepare(threads);
      double[] ourSeconds = new double[forwards];
      double[] eagerSeconds = new double[forwards];
      for (int n = -WARM_UPS; n < forwards; n++) {
        double first = seconds(config, views, ours);
        double second = seconds(config, views, eager);
        if (n >= 0) {
          ourSeconds[n] = first;
          eagerSeconds[n] = second;
        }
      }
      return new Result(median(ourSeconds), median(eagerSeconds));
    }
  }

  private static double seconds(UnetConfig config, int views, NoiseNetwork unet) {
    int side = config.sampleSize();
    Tensor tiles = gaussian(views, config.inputChannels(), side, side);
    int rows = unet.isToldGuidance() ? 1 : 2;
    Tensor text = gaussian(rows, TEXT_TOKENS, config.contextWidth());
    NoiseNetwork.@Nullable Added added = added(config, views, rows);
    return unet.isToldGuidance()
        ? time(() -> unet.predictHalf(tiles, MIDDLE_TIMESTEP, text, 1, added, Extra.NONE))
        : time(() -> unet.predictGuided(tiles, MIDDLE_TIMESTEP, text, added, GUIDANCE, Extra.NONE));
  }

  private static NoiseNetwork.@Nullable Added added(UnetConfig config, int views, int rows) {
    return config.addedWidth() > 0
        ? new NoiseNetwork.Added(
            gaussian(rows, config.pooledWidth()), gaussian(views, UnetConfig.TIME_IDS))
        : null;
  }

  private static double time(Runnable forward) {
    long begun = System.nanoTime();
    forward.run();
    return (System.nanoTime() - begun) / 1e9;
  }

  private static double median(double[] seconds) {
    Arrays.sort(seconds);
    return seconds[seconds.length / 2];
  }

  private static Tensor gaussian(int... shape) {
    Tensor tensor = Tensor.zeros(shape);
    Random random = new Random(1);
    for (int n = 0; n < tensor.values().length; n++) {
      tensor.values()[n] = (float) random.nextGaussian();
    }
    return tensor;
  }
}
