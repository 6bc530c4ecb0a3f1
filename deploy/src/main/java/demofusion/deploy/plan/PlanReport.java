package demofusion.deploy.plan;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import demofusion.coordinator.diffusion.Phase;
import demofusion.coordinator.diffusion.ReferenceEncoding;
import demofusion.coordinator.diffusion.RenderPlan;
import demofusion.coordinator.image.upscale.Enlargement;
import demofusion.deploy.terminal.Durations;
import demofusion.protocol.api.request.method.RenderMethod;
import demofusion.protocol.api.request.method.UpscalerUse;
import demofusion.protocol.latent.PixelExtent;
import demofusion.protocol.model.Precision;
import demofusion.worker.model.folder.Architecture;
import demofusion.worker.model.folder.UnetCost;
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
 * @param encodings windows that the VAE encodes between phases
 * @param upscalings tiles that a super-resolution network enlarges
 * @param imagePrompts IP-Adapters whose pictures are encoded
 * @param words what the user may want to know, in sentences
 * @param conditions ControlNets and IP-Adapters, and what they take beside the model
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
    long latentBytes,
    @JsonInclude(JsonInclude.Include.NON_DEFAULT) long encodings,
    @JsonInclude(JsonInclude.Include.NON_DEFAULT) long upscalings,
    @JsonInclude(JsonInclude.Include.NON_DEFAULT) long imagePrompts,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) List<String> words,
    @JsonIgnore ConditionNeed conditions) {
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
   * @param modelBytes about what the model takes on the device
   */
  public static PlanReport of(
      RenderPlan plan, Architecture model, double secondsPerNativeView, long modelBytes) {
    return of(plan, model, secondsPerNativeView, modelBytes, Precision.FLOAT32, 1);
  }

  /**
   * The same on a device at hand.
   *
   * @param precision of the UNet there
   * @param lanes forwards at once
   */
  public static PlanReport of(
      RenderPlan plan,
      Architecture model,
      double secondsPerNativeView,
      long modelBytes,
      Precision precision,
      int lanes) {
    List<PhaseRow> rows = new ArrayList<>();
    for (Phase phase : plan.phases()) {
      rows.add(
          new PhaseRow(
              phase.number(),
              phase.extent().toPixels(plan.geometry().vaeScaleFactor()).toString(),
              phase.extent().toString(),
              plan.drawnLocalViews(phase),
              plan.drawnDilatedViews(phase),
              plan.timesteps(phase),
              plan.forwards(phase)));
    }
    return new PlanReport(
        plan.pictureSize().toString(),
        plan.scheduler().kind().toString(),
        plan.steps(),
        plan.stride(),
        plan.unit().toString(),
        rows,
        plan.forwards(),
        nativeViews(plan, model) * secondsPerNativeView,
        modelBytes,
        plan.coordinatorBytes(),
        plan.phases().stream().mapToLong(phase -> ReferenceEncoding.count(plan, phase)).sum(),
        upscalings(plan),
        plan.conditions().adapters().size(),
        plan.conditions().words(),
        ConditionNeed.of(plan, PlannedWork.of(plan, model, false), model, precision, lanes));
  }

  /** What steers the image beside its words, network by network. */
  @JsonProperty
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  public List<NetworkRow> networks() {
    return conditions.rows();
  }

  private static long upscalings(RenderPlan plan) {
    UpscalerUse upscaler = plan.spec().methodSettings().upscaler();
    if (plan.spec().method() != RenderMethod.SR || upscaler == null || !upscaler.isResolved()) {
      return 0;
    }
    PixelExtent small = plan.lastPhase().extent().toPixels(plan.geometry().vaeScaleFactor());
    return Enlargement.tiles(small, upscaler.scale(), plan.size());
  }

  /** All forwards of the picture, in guided views of the native size that cost as much. */
  private static double nativeViews(RenderPlan plan, Architecture model) {
    int window = plan.geometry().sampleSize();
    double guidedView = 2 * UnetCost.of(model.unet()).flop(window, window);
    return PlannedWork.of(plan, model, false).flop(Piece.Kind.FORWARD) / guidedView;
  }

  /** How many, in words. */
  static String imagePrompts(long count) {
    return count == 1 ? "an image prompt" : count + " image prompts";
  }

  /** For people. */
  public List<String> lines() {
    List<String> lines = new ArrayList<>();
    lines.add(
        "%s, %s, %s steps, stride %s, view batch %s"
            .formatted(size, scheduler, steps, stride, unit));
    String row = "%-6s %-12s %-10s %8s %8s %6s %10s";
    lines.add(
        String.format(
            Locale.ROOT,
            row,
            "phase",
            "pixels",
            "latent",
            "tiles",
            "dilated",
            "steps",
            "forwards"));
    for (PhaseRow phase : phases) {
      lines.add(
          String.format(
              Locale.ROOT,
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
        "%s UNet forward passes, about %s here, plus decoding%s%s%s"
            .formatted(
                forwards,
                Durations.words(seconds),
                encodings == 0 ? "" : ", encoding %s windows".formatted(encodings),
                upscalings == 0 ? "" : ", upscaling %s tiles".formatted(upscalings),
                imagePrompts == 0 ? "" : ", encoding " + imagePrompts(imagePrompts)));
    lines.add(
        String.format(
            Locale.ROOT,
            "memory: about %,.0f MiB for the model, %,.0f MiB for latents",
            modelBytes / MEBIBYTE,
            latentBytes / MEBIBYTE));
    lines.addAll(conditions.lines());
    lines.addAll(words);
    return lines;
  }
}
