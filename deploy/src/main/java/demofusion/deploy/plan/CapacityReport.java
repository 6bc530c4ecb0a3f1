package demofusion.deploy.plan;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import demofusion.coordinator.diffusion.Phase;
import demofusion.coordinator.diffusion.RenderPlan;
import demofusion.deploy.plan.Piece.Kind;
import demofusion.deploy.terminal.ByteSizes;
import demofusion.deploy.terminal.Durations;
import demofusion.deploy.terminal.Table;
import demofusion.protocol.model.ModelSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What {@code plan} prints: what a picture takes, and what it takes on these devices.
 *
 * @param precision of the UNet
 * @param unit guided views per forward, or half
 * @param forwards of the UNet, those that a render of this plan does
 * @param guidedTiles those that go through the UNet with the prompt and without
 * @param tiles that are decoded, previews included
 * @param encodings windows that the VAE encodes between phases
 * @param upscalings tiles that a super-resolution network enlarges
 * @param imagePrompts IP-Adapters whose pictures are encoded
 * @param teraflop of all networks, in 10¹² floating-point operations
 * @param gpuSeconds that all devices together work
 * @param seconds from the first piece of work to the last
 * @param idleShare of the devices' time that they wait, mostly for the ends of timesteps
 * @param modelSettings what of this the model recommends and nobody asked for
 * @param conditions ControlNets and IP-Adapters, and what they take
 * @param words what the user may want to know, in sentences
 */
public record CapacityReport(
    String model,
    String precision,
    String size,
    String scheduler,
    int steps,
    int stride,
    String unit,
    List<PhaseRow> phases,
    long forwards,
    double guidedTiles,
    long tiles,
    @JsonInclude(JsonInclude.Include.NON_DEFAULT) long encodings,
    @JsonInclude(JsonInclude.Include.NON_DEFAULT) long upscalings,
    @JsonInclude(JsonInclude.Include.NON_DEFAULT) long imagePrompts,
    Teraflop teraflop,
    double gpuSeconds,
    double seconds,
    double idleShare,
    List<DeviceRow> devices,
    long coordinatorBytes,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) Map<String, Object> modelSettings,
    @JsonIgnore ConditionNeed conditions,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) List<String> words) {
  private static final double TERA = 1e12;

  /** What a phase takes; its decoding, where there is any, comes on top. */
  public record PhaseRow(
      int phase,
      String size,
      String latent,
      int windows,
      int dilated,
      int timesteps,
      long forwards,
      double teraflop,
      double seconds) {}

  /** By network. */
  public record Teraflop(
      double unet,
      double vae,
      double text,
      @JsonInclude(JsonInclude.Include.NON_DEFAULT) double upscaler,
      double all) {}

  /**
   * Equal devices.
   *
   * @param forwardSeconds of one unit of the largest phase
   * @param needBytes about what the picture takes on each
   * @param hasBytes what each has; 0: not known
   * @param weightBytes of what it needs, the model
   * @param basis where the times come from
   * @param memory what of the model stays there, where not everything can
   */
  public record DeviceRow(
      String name,
      int count,
      double forwardSeconds,
      long needBytes,
      long hasBytes,
      long weightBytes,
      String basis,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String memory) {
    public boolean fits() {
      return hasBytes == 0 || needBytes <= hasBytes;
    }
  }

  public CapacityReport {
    phases = List.copyOf(phases);
    devices = List.copyOf(devices);
    words = List.copyOf(words);
  }

  /** The same, where so much comes from the model. */
  public CapacityReport taking(ModelSettings ofModel) {
    return new CapacityReport(
        model,
        precision,
        size,
        scheduler,
        steps,
        stride,
        unit,
        phases,
        forwards,
        guidedTiles,
        tiles,
        encodings,
        upscalings,
        imagePrompts,
        teraflop,
        gpuSeconds,
        seconds,
        idleShare,
        devices,
        coordinatorBytes,
        ofModel.values(),
        conditions,
        words);
  }

  /** What steers the image beside its words, network by network. */
  @JsonProperty
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  public List<NetworkRow> networks() {
    return conditions.rows();
  }

  static List<PhaseRow> rows(RenderPlan plan, PlannedWork work, TimeForecast forecast) {
    List<PhaseRow> rows = new ArrayList<>();
    for (Phase phase : plan.phases()) {
      long forwards = 0;
      double flop = 0;
      double seconds = 0;
      for (int n = 0; n < work.stages().size(); n++) {
        PlannedWork.Stage stage = work.stages().get(n);
        if (stage.phase() == phase.number() && stage.latentValues() != 0) { // no pictures
          forwards += (long) stage.times() * stage.pieces().size();
          flop += stage.flop();
          seconds += forecast.stageSeconds().get(n);
        }
      }
      rows.add(
          new PhaseRow(
              phase.number(),
              phase.extent().toPixels(plan.geometry().vaeScaleFactor()).toString(),
              phase.extent().toString(),
              plan.drawnLocalViews(phase),
              plan.drawnDilatedViews(phase),
              plan.timesteps(phase),
              forwards,
              flop / TERA,
              seconds));
    }
    return rows;
  }

  static Teraflop teraflop(PlannedWork work) {
    double all = work.flop() / TERA;
    double unet = work.flop(Kind.FORWARD) / TERA;
    double text = (work.flop(Kind.TEXT) + work.flop(Kind.IMAGE)) / TERA;
    double upscaler = work.flop(Kind.UPSCALE) / TERA;
    return new Teraflop(unet, all - unet - text - upscaler, text, upscaler, all);
  }

  /** For people. */
  public List<String> lines() {
    List<String> lines = new ArrayList<>();
    lines.add(
        "%s in %s: %s, %s, %s steps, stride %s, view batch %s"
            .formatted(model, precision, size, scheduler, steps, stride, unit));
    if (!modelSettings.isEmpty()) {
      lines.add("the model's own settings: " + new ModelSettings(modelSettings).words());
    }
    lines.addAll(phaseTable().lines(0));
    lines.add(
        String.format(
            Locale.ROOT,
            "%,d UNet forward passes and %,d VAE tiles to decode%s%s%s: %s TFLOP (UNet %s, VAE %s,"
                + " text %s%s)",
            forwards,
            tiles,
            encodings == 0 ? "" : String.format(Locale.ROOT, ", %,d to encode", encodings),
            upscalings == 0 ? "" : String.format(Locale.ROOT, ", %,d to upscale", upscalings),
            imagePrompts == 0 ? "" : ", " + PlanReport.imagePrompts(imagePrompts) + " to encode",
            amount(teraflop.all),
            amount(teraflop.unet),
            amount(teraflop.vae),
            amount(teraflop.text),
            upscalings == 0 ? "" : ", upscaler " + amount(teraflop.upscaler)));
    lines.addAll(conditions.lines());
    lines.addAll(deviceTable().lines(0));
    for (DeviceRow row : devices) {
      if (row.memory() != null) {
        lines.add(row.name() + ": " + row.memory());
      }
    }
    lines.add(
        String.format(
            Locale.ROOT,
            "%s on %s: %s GPU-seconds, %.1f %% idle, mostly at the end of each timestep",
            Durations.words(seconds),
            deviceCount() == 1 ? "1 device" : deviceCount() + " devices",
            amount(gpuSeconds),
            100 * idleShare));
    lines.add("the coordinator holds " + ByteSizes.words(coordinatorBytes) + " of latents");
    lines.addAll(words);
    return lines;
  }

  private int deviceCount() {
    return devices.stream().mapToInt(DeviceRow::count).sum();
  }

  private Table phaseTable() {
    Table table =
        new Table(
            "phase", "pixels", "latent", "tiles", "dilated", "steps", "forwards", "TFLOP", "time");
    for (PhaseRow row : phases) {
      table.add(
          Integer.toString(row.phase()),
          row.size(),
          row.latent(),
          Integer.toString(row.windows()),
          Integer.toString(row.dilated()),
          Integer.toString(row.timesteps()),
          String.format(Locale.ROOT, "%,d", row.forwards()),
          amount(row.teraflop()),
          Durations.words(row.seconds()));
    }
    return table;
  }

  private Table deviceTable() {
    Table table = new Table("device", "count", "one forward", "memory", "calculated from");
    for (DeviceRow row : devices) {
      String has = row.hasBytes() == 0 ? "" : " of " + ByteSizes.words(row.hasBytes());
      table.add(
          row.name(),
          Integer.toString(row.count()),
          String.format(Locale.ROOT, "%.4g s", row.forwardSeconds()),
          "about " + ByteSizes.words(row.needBytes()) + has + (row.fits() ? "" : ": too much"),
          row.basis());
    }
    return table;
  }

  /** Three digits that matter. */
  private static String amount(double value) {
    return value >= 100
        ? String.format(Locale.ROOT, "%,.0f", value)
        : String.format(Locale.ROOT, "%.3g", value);
  }
}
