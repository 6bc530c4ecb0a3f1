package demofusion.protocol.api.request.condition;

import demofusion.protocol.Range;
import org.jspecify.annotations.Nullable;

/**
 * What a ControlNet's file says that the coordinator has to know.
 *
 * @param blueFirst whether it was trained on BGR
 * @param unionTypes how many types of control a union has; null: it is none
 * @param cost of one evaluation beside one of the UNet, in shares of a guided view: 0.45 of SDXL's
 *     full ones
 */
public record ControlFacts(boolean blueFirst, @Nullable Integer unionTypes, double cost) {
  private static final Range COST = new Range("a ControlNet's cost", 0.0, 10.0);
  private static final Range TYPES = new Range("a union's number of types", 1, 64);

  public ControlFacts {
    COST.require(cost);
    if (unionTypes != null) {
      TYPES.require(unionTypes);
    }
  }
}
