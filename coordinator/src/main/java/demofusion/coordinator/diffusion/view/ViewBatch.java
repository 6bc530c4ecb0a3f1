package demofusion.coordinator.diffusion.view;

import demofusion.protocol.work.GuidanceHalf;
import java.util.List;

/**
 * The unit of work: the views of one forward pass of the UNet.
 *
 * @param index within its timestep, in the order in which results are summed
 * @param firstView the first view's number among the timestep's local or dilated views
 * @param views all local or all dilated, all of one size
 */
public record ViewBatch(int index, int firstView, List<View> views, GuidanceHalf half) {
  public ViewBatch {
    views = List.copyOf(views);
  }

  public boolean isLocal() {
    return views.get(0) instanceof View.Local;
  }
}
