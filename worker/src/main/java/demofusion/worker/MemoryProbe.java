package demofusion.worker;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.FailureCode;
import demofusion.protocol.latent.Tensor;
import demofusion.protocol.work.Asset;
import demofusion.protocol.work.AssetId;
import demofusion.protocol.work.Work;
import demofusion.protocol.work.Work.PredictNoise;
import java.util.Arrays;
import java.util.Map;

/**
 * Finds out how many views of a unit the device's memory does hold, after it could not hold all of
 * them. The unit itself is not split, since that would change its bits; this is only to tell the
 * user which {@code --view-batch} would fit.
 */
final class MemoryProbe {
  private final ModelBench bench;

  MemoryProbe(ModelBench bench) {
    this.bench = bench;
  }

  /**
   * Halves the doubt with each forward.
   *
   * @return 0 if not even one view fits, or if the work is no forward of the UNet
   */
  int largestViewBatch(Work work, Map<AssetId, Asset> assets) {
    if (!(work instanceof PredictNoise unit)) {
      return 0;
    }
    int fits = 0;
    int tooMany = unit.tiles().shape()[0];
    while (tooMany - fits > 1) {
      int tried = (fits + tooMany) / 2;
      if (fits(firstViews(unit, tried), assets)) {
        fits = tried;
      } else {
        tooMany = tried;
      }
    }
    return fits;
  }

  private boolean fits(PredictNoise unit, Map<AssetId, Asset> assets) {
    try {
      bench.perform(unit, assets);
      return true;
    } catch (DemofusionException e) {
      if (e.code() == FailureCode.OUT_OF_MEMORY) {
        return false;
      }
      throw e;
    }
  }

  private static PredictNoise firstViews(PredictNoise unit, int views) {
    int[] shape = unit.tiles().shape().clone();
    int size = unit.tiles().values().length / shape[0];
    shape[0] = views;
    return new PredictNoise(
        new Tensor(shape, Arrays.copyOf(unit.tiles().values(), views * size)),
        unit.timestep(),
        unit.microConditioning().subList(0, views),
        unit.textEmbeddings(),
        unit.guidance(),
        unit.half(),
        unit.threads());
  }
}
