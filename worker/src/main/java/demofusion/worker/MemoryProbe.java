package demofusion.worker;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.FailureCode;
import demofusion.protocol.work.Work;
import demofusion.worker.model.JobAssets;

/**
 * Finds out how many views of a unit the device's memory does hold, after it could not hold all of
 * them. The unit itself is not split, since that would change its bits; this is only to tell the
 * user which {@code --view-batch} would fit.
 */
final class MemoryProbe {
  private final ModelExecutor bench;

  MemoryProbe(ModelExecutor bench) {
    this.bench = bench;
  }

  /**
   * Halves the doubt with each forward.
   *
   * @return 0 if not even one view fits, or if the work is no forward of the UNet
   */
  int largestViewBatch(Work work, JobAssets assets) {
    int fits = 0;
    int tooMany = work.views();
    while (tooMany - fits > 1) {
      int tried = (fits + tooMany) / 2;
      if (fits(work.firstViews(tried), assets)) {
        fits = tried;
      } else {
        tooMany = tried;
      }
    }
    return fits;
  }

  private boolean fits(Work unit, JobAssets assets) {
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
}
