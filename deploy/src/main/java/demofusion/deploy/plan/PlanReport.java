package demofusion.deploy.plan;

import demofusion.coordinator.diffusion.Phase;
import demofusion.coordinator.diffusion.RenderPlan;
import demofusion.deploy.model.ModelNeed;
import demofusion.deploy.terminal.Durations;
import demofusion.protocol.latent.LatentExtent;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What {@code --dry-run} prints: the phases of a plan, how many forwards they take, and about how
 * long and how much memory.
 *
 * @param scheduler the solver
 * @param stride between local windows, in latent samples
 * @param unit guided views per forward, or half
 * @param forwards of the UNet for the whole picture
 * @param seconds of all forwards, from a short measurement on this device; decoding comes on top
 * @param modelBytes about what the model takes on the device
 * @param latentBytes about what the coordinator takes for the largest latent
 */
public record PlanReport(
    String size,
    String scheduler,
    int steps,
    int stride,
    String unit,
    List<PhaseRow> phases,
    long forwards,
    double seconds,
    long modelBytes,
    long latentBytes) {
  /** Latents that a timestep keeps: its own, noise, start, sums, history, and their copies. */
  private static final int LATENTS_ALIVE = 16;

  private static final int FLOAT_BYTES = 4;
  private static final double MEBIBYTE = 1 << 20;

  /**
   * One phase.
   *
   * @param latent its extent in latent samples
   * @param windows local windows at every timestep
   * @param dilated sub-latents at every timestep
   */
  public record PhaseRow(
      int phase,
      String size,
      String latent,
      int windows,
      int dilated,
      int timesteps,
      long forwards) {}

  /**
   * @param secondsPerNativeView what one guided view of the native size takes here, all lanes used
   * @param onGpu whether the device is one
   */
  public static PlanReport of(
      RenderPlan plan, double secondsPerNativeView, ModelNeed need, boolean onGpu) {
    List<PhaseRow> rows = new ArrayList<>();
    for (Phase phase : plan.phases()) {
      rows.add(
          new PhaseRow(
              phase.number(),
              phase.extent().toPixels(plan.geometry().vaeScaleFactor()).toString(),
              phase.extent().toString(),
              plan.localViews(phase),
              plan.dilatedViews(phase),
              plan.timesteps(phase),
              (long) plan.timesteps(phase) * plan.batches(phase)));
    }
    LatentExtent largest = plan.phases().get(plan.phases().size() - 1).extent();
    return new PlanReport(
        plan.size().toString(),
        plan.scheduler().kind().toString(),
        plan.spec().steps(),
        plan.stride(),
        plan.unit().toString(),
        rows,
        plan.forwards(),
        nativeViews(plan) * secondsPerNativeView,
        onGpu ? need.onGpuBytes() : need.onCpuBytes(),
        (long) LATENTS_ALIVE * FLOAT_BYTES * plan.geometry().latentChannels() * largest.area());
  }

  /** All views of the picture, a smaller or larger one counted by its area. */
  private static double nativeViews(RenderPlan plan) {
    int window = plan.geometry().sampleSize();
    double nativeArea = (double) window * window;
    double views = 0;
    for (Phase phase : plan.phases()) {
      LatentExtent extent = phase.extent();
      boolean whole = phase.paths() == Phase.Paths.WHOLE;
      double local =
          whole
              ? extent.area()
              : (double) Math.min(window, extent.height()) * Math.min(window, extent.width());
      double dilated = extent.area() / ((double) phase.dilation() * phase.dilation());
      views +=
          plan.timesteps(phase)
              * (plan.localViews(phase) * local + plan.dilatedViews(phase) * dilated)
              / nativeArea;
    }
    return views;
  }

  /** For people. */
  public List<String> lines() {
    List<String> lines = new ArrayList<>();
    lines.add(
        size + ", " + scheduler + ", " + steps + " steps, stride " + stride + ", unit " + unit);
    String row = "%-6s %-12s %-10s %8s %8s %6s %10s";
    lines.add(
        String.format(row, "phase", "pixels", "latent", "windows", "dilated", "steps", "forwards"));
    for (PhaseRow phase : phases) {
      lines.add(
          String.format(
              row,
              phase.phase(),
              phase.size(),
              phase.latent(),
              phase.windows(),
              phase.dilated(),
              phase.timesteps(),
              phase.forwards()));
    }
    lines.add(
        forwards
            + " forwards of the UNet, about "
            + Durations.words(seconds)
            + " here, and the decoding");
    lines.add(
        String.format(
            Locale.ROOT,
            "memory: about %,.0f MiB for the model, %,.0f MiB for latents",
            modelBytes / MEBIBYTE,
            latentBytes / MEBIBYTE));
    return lines;
  }
}
