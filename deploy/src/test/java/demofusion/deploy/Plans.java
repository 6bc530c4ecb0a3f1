package demofusion.deploy;

import demofusion.coordinator.diffusion.RenderPlan;
import demofusion.protocol.api.request.RenderSpec;
import demofusion.protocol.model.ModelGeometry;
import demofusion.protocol.model.SchedulerConfig;
import demofusion.protocol.model.SchedulerKind;
import java.util.Map;

/** Plans for a model of the miniature's geometry: native 256 pixels, window 32. */
public final class Plans {
  private static final ModelGeometry GEOMETRY = new ModelGeometry(32, 4, 8);
  private static final SchedulerConfig SCHEDULER =
      new SchedulerConfig(SchedulerKind.EULER, Map.of("_class_name", "EulerDiscreteScheduler"));

  private Plans() {}

  public static RenderPlan of(RenderSpec spec) {
    return RenderPlan.of(spec, GEOMETRY, SCHEDULER);
  }

  /** All defaults: two phases of 50 steps, 256x256 and 512x512. */
  public static RenderPlan byDefault() {
    return of(RenderSpec.of("a lighthouse", 7));
  }
}
