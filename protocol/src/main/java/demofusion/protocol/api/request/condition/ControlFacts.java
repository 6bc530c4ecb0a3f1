package demofusion.protocol.api.request.condition;

import demofusion.protocol.Range;
import demofusion.protocol.model.UnetShape;
import org.jspecify.annotations.Nullable;

/**
 * What a ControlNet's file says that the coordinator has to know.
 *
 * @param blueFirst whether it was trained on BGR
 * @param unionTypes how many types of control a union has; null: it is none
 * @param cost of one evaluation beside one of the UNet, in shares of a guided view: 0.45 of SDXL's
 *     full ones
 * @param unet that it was made for; null where nobody read it
 * @param size of its weights; null where nobody read it
 */
public record ControlFacts(
    boolean blueFirst,
    @Nullable Integer unionTypes,
    double cost,
    @Nullable UnetShape unet,
    @Nullable NetworkSize size) {
  private static final Range COST = new Range("a ControlNet's cost", 0.0, 10.0);
  private static final Range TYPES = new Range("a union's number of types", 1, 64);

  /** Of one that may fit any UNet. */
  public ControlFacts(boolean blueFirst, @Nullable Integer unionTypes, double cost) {
    this(blueFirst, unionTypes, cost, null, null);
  }

  public ControlFacts {
    COST.require(cost);
    if (unionTypes != null) {
      TYPES.require(unionTypes);
    }
  }
}
