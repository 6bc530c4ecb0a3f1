package demofusion.worker.model.synthetic;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.model.ModelGeometry;
import demofusion.protocol.model.SchedulerConfig;
import demofusion.protocol.model.SchedulerKind;
import java.time.Duration;
import java.util.Map;

/**
 * What a synthetic model pretends to be.
 *
 * @param timePerView how long one guided view takes; a guidance half, or a view without guidance,
 *     takes half of it, and a window in the VAE's encoder about a third
 * @param mostViews guided views that its memory holds in one forward
 * @param lanes forwards at once
 */
public record SyntheticSettings(
    ModelGeometry geometry,
    SchedulerConfig scheduler,
    Duration timePerView,
    int mostViews,
    int lanes) {
  /** SDXL's own, as its scheduler_config.json has it. */
  private static final SchedulerConfig EULER =
      new SchedulerConfig(
          SchedulerKind.EULER,
          Map.of(
              "beta_start",
              0.00085,
              "beta_end",
              0.012,
              "beta_schedule",
              "scaled_linear",
              "num_train_timesteps",
              1000,
              "steps_offset",
              1,
              "timestep_spacing",
              "leading"));

  public SyntheticSettings {
    if (timePerView.isNegative() || mostViews < 0 || lanes < 1) {
      throw DemofusionException.badRequest(
          ("a synthetic model takes 0 s or more for a view, holds 0 views or more and has "
                  + "1 lane or more, not %s, %s and %s")
              .formatted(timePerView, mostViews, lanes));
    }
  }

  /** No time at all, more memory than any unit needs, one lane. */
  public static SyntheticSettings of(ModelGeometry geometry) {
    return new SyntheticSettings(geometry, EULER, Duration.ZERO, Integer.MAX_VALUE, 1);
  }

  public SyntheticSettings withTimePerView(Duration time) {
    return new SyntheticSettings(geometry, scheduler, time, mostViews, lanes);
  }

  public SyntheticSettings withMostViews(int views) {
    return new SyntheticSettings(geometry, scheduler, timePerView, views, lanes);
  }

  public SyntheticSettings withLanes(int count) {
    return new SyntheticSettings(geometry, scheduler, timePerView, mostViews, count);
  }
}
