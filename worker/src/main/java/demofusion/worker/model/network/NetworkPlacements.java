package demofusion.worker.model.network;

import demofusion.protocol.model.Precision;
import demofusion.worker.model.memory.MemoryPlan;
import demofusion.worker.model.torch.Placement;
import java.util.Set;

/**
 * How a memory plan is carried out for each network.
 *
 * @param mostQueries that attention takes at once; 0: all
 */
record NetworkPlacements(Placement text, Placement unet, Placement vae, int mostQueries) {
  /** Everything on the device, always. */
  static NetworkPlacements whole(Precision precision) {
    return new NetworkPlacements(
        Placement.ALL_HERE,
        new Placement(false, Set.of(), false, isFloat8(precision)),
        Placement.ALL_HERE,
        0);
  }

  /**
   * @param networksMove whether text encoders and VAE may be asked to make room, where they stay
   */
  static NetworkPlacements of(
      MemoryPlan plan, Precision precision, int mostQueries, boolean networksMove) {
    boolean unetLeaves = plan.unetLeavesForText() || plan.unetLeavesForPictures();
    boolean lorasInHost = !plan.holdsLoras();
    return new NetworkPlacements(
        new Placement(plan.textLeaves() || networksMove, Set.of(), lorasInHost, false),
        new Placement(unetLeaves, plan.streamedMatrices(), lorasInHost, isFloat8(precision)),
        plan.vaeLeaves() || networksMove ? Placement.WHEN_CALLED : Placement.ALL_HERE,
        mostQueries);
  }

  private static boolean isFloat8(Precision precision) {
    return precision.weightBytes() < precision.bytes();
  }
}
