package demofusion.coordinator.render;

import demofusion.coordinator.diffusion.RenderPlan;
import demofusion.coordinator.render.timing.StepTimes;
import demofusion.coordinator.store.RenderRequest;
import org.jspecify.annotations.Nullable;

/**
 * What a finished job was and what it took; {@code report.json} in its folder.
 *
 * @param unit guided views per forward, or half
 * @param seconds of this run
 * @param forwards of the UNet that this run's workers answered
 * @param deviceSeconds that they took on their devices, all together
 * @param times of this run's timesteps; null where it had none to do
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
    double deviceSeconds,
    @Nullable StepTimes times) {
  static RenderReport of(
      RenderRequest request, RenderPlan plan, ProgressMeter meter, @Nullable StepTimes times) {
    return new RenderReport(
        request.model().name(),
        request.model().hash(),
        plan.pictureSize().toString(),
        request.spec().seed(),
        plan.scheduler().kind().toString(),
        plan.unit().toString(),
        plan.stride(),
        request.spec().threads(),
        meter.seconds(),
        meter.forwards(),
        meter.deviceSeconds(),
        times);
  }
}
