package demofusion.worker.model.network;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.latent.Tensor;
import demofusion.protocol.work.GuidanceHalf;
import demofusion.protocol.work.Work;
import demofusion.protocol.work.WorkResult;
import demofusion.worker.model.JobAssets;
import demofusion.worker.model.network.NoiseNetwork.Added;
import demofusion.worker.model.network.NoiseNetwork.Extra;
import org.jspecify.annotations.Nullable;

/**
 * What a forward of the UNet is told beside the text: made before it, of the networks and assets
 * that the work names, and freed after it.
 */
final class ForwardExtras implements AutoCloseable {
  /**
   * What the forward itself is given.
   *
   * @param work of its views
   * @param context (2, tokens, width), unconditional and text, or of one half
   * @param added with as many rows of pooled text; null for a UNet that is told nothing more
   * @param half which of the two it is; both: its samples are all views, unconditional, and all
   *     views again
   */
  record Inputs(
      Work.PredictNoise work,
      JobAssets assets,
      Tensor context,
      @Nullable Added added,
      GuidanceHalf half) {}

  /** The forward. */
  @FunctionalInterface
  interface Forward {
    Tensor run(Extra extra);
  }

  Tensor with(Inputs inputs, Forward forward) {
    if (!inputs.work().extra().isEmpty()) {
      throw DemofusionException.badModel("this worker has neither ControlNets nor IP-Adapters");
    }
    return forward.run(Extra.NONE);
  }

  WorkResult.EncodedImage encode(Work.EncodeImage work) {
    throw DemofusionException.badModel("this worker has no IP-Adapters");
  }

  @Override
  public void close() {
    // nothing is kept
  }
}
