package demofusion.coordinator.render;

import demofusion.coordinator.diffusion.RenderPlan;
import demofusion.coordinator.store.RenderRequest;

/**
 * What a finished job was and what it took; {@code report.json} in its folder.
 *
 * @param unit guided views per forward, or half
 * @param seconds of this run
 * @param forwards of the UNet that this run's workers answered
 * @param deviceSeconds that they took on their devices, all together
 */
public record RenderReport(
    String model,
    String modelHash,
    String size,
    long seed,
    String scheduler,
    String unit,
    int stride,
    int threads,
    double seconds,
    long forwards,
    double deviceSeconds) {
  static RenderReport of(
      RenderRequest request, RenderPlan plan, double seconds, long forwards, double deviceSeconds) {
    return new RenderReport(
        request.model().name(),
        request.model().hash(),
        plan.size().toString(),
        request.spec().seed(),
        plan.scheduler().kind().toString(),
        plan.unit().toString(),
        plan.stride(),
        request.spec().threads(),
        seconds,
        forwards,
        deviceSeconds);
  }
}
