package demofusion.deploy.compare.stress;

import demofusion.coordinator.diffusion.Phase;
import demofusion.coordinator.diffusion.RenderPlan;
import demofusion.coordinator.diffusion.view.Window;
import demofusion.deploy.compare.measure.WindowBorders;
import demofusion.protocol.api.request.method.DemoFusionParts;
import demofusion.protocol.api.request.method.RenderMethod;
import demofusion.protocol.latent.LatentExtent;
import java.util.List;

/** Where the borders of a plan's windows can be seen. */
final class PlanBorders {
  private PlanBorders() {}

  /** None where windows are moved at random, or where the last phase has no windows. */
  static WindowBorders of(RenderPlan plan) {
    int factor = plan.geometry().vaeScaleFactor();
    int window = plan.geometry().sampleSize();
    Phase last = plan.lastPhase();
    boolean moved = plan.spec().ablations().jitter();
    boolean whole = last.paths() == Phase.Paths.WHOLE || plan.spec().method() == RenderMethod.SR;
    if (moved || whole) {
      return new WindowBorders(List.of(), List.of(), plan.stride() * factor, factor);
    }
    LatentExtent extent = last.extent();
    List<Window> windows = plan.windows(last).unjittered();
    return new WindowBorders(
        WindowBorders.axis(
            windows.stream().map(Window::left).toList(), window, extent.width(), factor),
        WindowBorders.axis(
            windows.stream().map(Window::top).toList(), window, extent.height(), factor),
        period(plan, windows) * factor,
        factor);
  }

  /** Evenly spaced windows lie closer than the stride, and no border may be moved onto the next. */
  private static int period(RenderPlan plan, List<Window> windows) {
    int least = plan.stride();
    for (List<Integer> starts :
        List.of(
            windows.stream().map(Window::left).distinct().sorted().toList(),
            windows.stream().map(Window::top).distinct().sorted().toList())) {
      for (int n = 1; n < starts.size(); n++) {
        least = Math.min(least, starts.get(n) - starts.get(n - 1));
      }
    }
    return least;
  }

  static DemoFusionParts withoutJitter(DemoFusionParts parts) {
    return new DemoFusionParts(
        parts.skipResidual(), parts.dilated(), parts.progressive(), parts.gaussian(), false);
  }
}
