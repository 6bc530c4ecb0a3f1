package demofusion.worker.model.synthetic;

import demofusion.protocol.latent.Tensor;
import demofusion.protocol.model.ModelCard;
import demofusion.protocol.work.Asset;
import demofusion.protocol.work.Work;
import demofusion.protocol.work.WorkResult;
import demofusion.worker.model.DeviceMemory;
import demofusion.worker.model.DiffusionModel;
import demofusion.worker.model.JobAssets;
import demofusion.worker.nvml.Gpu;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A model on a device that is going bad: every so many forwards of the UNet give NaN, or, which
 * nobody notices, a result in which one bit of one mantissa is wrong.
 */
public final class FaultyModel implements DiffusionModel {
  private static final int MANTISSA_BITS = 23;

  private final DiffusionModel model;
  private final int nanEvery;
  private final int flipEvery;
  private final AtomicLong forwards = new AtomicLong();

  /**
   * @param nanEvery 1: all of them; 0: none
   * @param flipEvery 1: all of them; 0: none
   */
  public FaultyModel(DiffusionModel model, int nanEvery, int flipEvery) {
    this.model = model;
    this.nanEvery = nanEvery;
    this.flipEvery = flipEvery;
  }

  @Override
  public ModelCard card() {
    return model.card();
  }

  @Override
  public int lanes(int threads) {
    return model.lanes(threads);
  }

  @Override
  public WorkResult.EncodedText encodeText(Work.EncodeText work) {
    return model.encodeText(work);
  }

  @Override
  public WorkResult.EncodedImage encodeImage(Work.EncodeImage work) {
    return model.encodeImage(work);
  }

  @Override
  public WorkResult.EncodedPicture encodePicture(Work.EncodePicture work) {
    return model.encodePicture(work);
  }

  @Override
  public WorkResult.NoisePrediction predictNoise(Work.PredictNoise work, JobAssets assets) {
    WorkResult.NoisePrediction good = model.predictNoise(work, assets);
    long forward = forwards.incrementAndGet();
    boolean isNan = nanEvery > 0 && forward % nanEvery == 0;
    boolean isFlipped = flipEvery > 0 && forward % flipEvery == 0;
    if (!isNan && !isFlipped) {
      return good;
    }
    float[] values = good.noise().values().clone();
    if (isFlipped) {
      int at = (int) (forward % values.length);
      int bit = (int) (forward % MANTISSA_BITS);
      values[at] = Float.intBitsToFloat(Float.floatToRawIntBits(values[at]) ^ (1 << bit));
    }
    if (isNan) {
      values[values.length / 2] = Float.NaN;
    }
    return new WorkResult.NoisePrediction(new Tensor(good.noise().shape(), values));
  }

  @Override
  public WorkResult.SurveyedLatent survey(Work.SurveyLatent work) {
    return model.survey(work);
  }

  @Override
  public WorkResult.DecodedPixels decode(
      Work.DecodeLatent work, Asset.@Nullable DecoderSurvey survey) {
    return model.decode(work, survey);
  }

  @Override
  public WorkResult.UpscaledPixels upscale(Work.UpscalePicture work) {
    return model.upscale(work);
  }

  @Override
  public Optional<DeviceMemory> memory() {
    return model.memory();
  }

  @Override
  public Optional<Gpu> gpu() {
    return model.gpu();
  }

  @Override
  public void close() {
    model.close();
  }
}
