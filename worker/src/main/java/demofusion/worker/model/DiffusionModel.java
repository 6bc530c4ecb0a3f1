package demofusion.worker.model;

import demofusion.protocol.model.ModelCard;
import demofusion.protocol.work.Asset;
import demofusion.protocol.work.AssetId;
import demofusion.protocol.work.Work;
import demofusion.protocol.work.WorkResult;
import demofusion.worker.nvml.Gpu;
import java.util.Collection;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The seam between the farm and a model: the networks of one model folder on one device.
 * Implemented by {@code worker.model.network} (real weights) and {@code worker.model.synthetic} (a
 * cheap deterministic stand-in); both pass one contract suite.
 *
 * <p>Methods may be called from several threads at once, as many as {@link #lanes}; equal arguments
 * give equal bits whatever else is going on. Failures are {@link
 * demofusion.protocol.DemofusionException}s with a code of the worker band.
 */
public interface DiffusionModel extends AutoCloseable {
  ModelCard card();

  /**
   * How many forwards run at once on this device: 1 on a GPU, cores divided by {@code threads} on a
   * CPU.
   */
  int lanes(int threads);

  WorkResult.EncodedText encodeText(Work.EncodeText work);

  WorkResult.EncodedPicture encodePicture(Work.EncodePicture work);

  /** An IP-Adapter's image encoder and projection, whose files the work names. */
  WorkResult.EncodedImage encodeImage(Work.EncodeImage work);

  /**
   * One forward of the UNet.
   *
   * @param assets at least those that the work names
   * @throws demofusion.protocol.DemofusionException OUT_OF_MEMORY if this device cannot hold so
   *     many views
   */
  WorkResult.NoisePrediction predictNoise(Work.PredictNoise work, JobAssets assets);

  WorkResult.SurveyedLatent survey(Work.SurveyLatent work);

  /**
   * The VAE's decoder.
   *
   * @param survey null for a latent that is decoded whole
   */
  WorkResult.DecodedPixels decode(Work.DecodeLatent work, Asset.@Nullable DecoderSurvey survey);

  /** A super-resolution network, whose file the work names, on one tile of a picture. */
  WorkResult.UpscaledPixels upscale(Work.UpscalePicture work);

  /**
   * What it keeps beside these assets may go: no work names them any more. Where another job has
   * one of the same name it is made again.
   */
  default void letGo(Collection<AssetId> assets) {}

  /** Gives what it has of the device back, until {@link #ready} or any work wants it again. */
  default void rest() {}

  /**
   * Makes it as fast as it can be, which takes as long as loading does where it rested: who
   * measures work calls it before.
   *
   * @throws demofusion.protocol.DemofusionException if it cannot be loaded again
   */
  default void ready() {}

  /** Whether it has left the device. */
  default boolean isResting() {
    return false;
  }

  /** The device's memory as it is now; empty where the device does not tell. */
  default Optional<DeviceMemory> memory() {
    return DeviceMemory.ofMachine();
  }

  /** What of it stays on the device and what that costs, where not everything does. */
  default Optional<String> memoryNote() {
    return Optional.empty();
  }

  /** What the GPU's driver tells of it; empty where the model runs on none. */
  default Optional<Gpu> gpu() {
    return Optional.empty();
  }

  /** What the LoRAs cost that work named. */
  default LoraStatistics loras() {
    return LoraStatistics.NONE;
  }

  @Override
  void close();
}
