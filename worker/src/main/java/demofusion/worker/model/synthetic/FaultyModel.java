package demofusion.worker.model.synthetic;

import demofusion.protocol.latent.Tensor;
import demofusion.protocol.work.Work;
import demofusion.protocol.work.WorkResult;
import demofusion.worker.model.DiffusionModel;
import demofusion.worker.model.ForwardingModel;
import demofusion.worker.model.JobAssets;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A model on a device that is going bad: every so many forwards of the UNet give NaN, or, which
 * nobody notices, a result in which one bit of one mantissa is wrong.
 */
public final class FaultyModel extends ForwardingModel {
  private static final int MANTISSA_BITS = 23;

  private final int nanEvery;
  private final int flipEvery;
  private final AtomicLong forwards = new AtomicLong();

  /**
   * @param nanEvery 1: all of them; 0: none
   * @param flipEvery 1: all of them; 0: none
   */
  public FaultyModel(DiffusionModel model, int nanEvery, int flipEvery) {
    super(model);
    this.nanEvery = nanEvery;
    this.flipEvery = flipEvery;
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
}
