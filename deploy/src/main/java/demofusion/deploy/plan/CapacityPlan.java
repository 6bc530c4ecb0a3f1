package demofusion.deploy.plan;

import demofusion.coordinator.diffusion.RenderPlan;
import demofusion.deploy.plan.CapacityReport.DeviceRow;
import demofusion.deploy.plan.MemoryNeed.Precisions;
import demofusion.deploy.plan.Piece.Kind;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.model.Precision;
import demofusion.protocol.model.upscaler.RrdbShape;
import demofusion.worker.model.MemoryLimit;
import demofusion.worker.model.folder.Architecture;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * What a picture takes on devices that somebody has, or thinks of buying: {@link PlannedWork} of
 * the real {@link RenderPlan}, {@link TimeForecast} on the devices, {@link CapacityReport} of both.
 */
public final class CapacityPlan {
  private final RenderPlan plan;
  private final Architecture model;
  private final PlannedWork work;
  private final Precisions precisions;
  private final List<Device> devices = new ArrayList<>();
  private MemoryLimit memory = MemoryLimit.AUTO;
  private final List<DeviceRow> rows = new ArrayList<>();

  /**
   * @param precision of the UNet
   * @param previews whether each phase's picture is wanted too
   */
  public CapacityPlan(RenderPlan plan, Architecture model, Precision precision, boolean previews) {
    this(plan, model, precision, previews, RrdbShape.USUAL);
  }

  /**
   * @param upscaler of method sr
   */
  public CapacityPlan(
      RenderPlan plan,
      Architecture model,
      Precision precision,
      boolean previews,
      RrdbShape upscaler) {
    this.plan = plan;
    this.model = model;
    this.work = PlannedWork.of(plan, model, previews, upscaler);
    this.precisions = Precisions.of(model, precision);
  }

  /** On devices that are added from now on no more than this is used. */
  public CapacityPlan within(MemoryLimit limit) {
    memory = limit;
    return this;
  }

  public PlannedWork work() {
    return work;
  }

  /**
   * GPUs of the table, or of a rate that was given.
   *
   * @param efficiency share of the peak that is reached, in place of the table's
   */
  public void addRated(GpuRequest request, OptionalDouble efficiency) {
    if (request.name().equals(GpuRequest.CALIBRATED)) {
      throw DemofusionException.badRequest(
          "--gpus calibrated is the device of --calibration FILE, which must be given with it");
    }
    RatedGpu gpu = RatedGpu.of(request, efficiency, precisions.unet(), precisions.vae());
    String basis =
        String.format(
            Locale.ROOT, "%.0f %% of %s TFLOP/s, assumed", 100 * gpu.efficiency(), gpu.teraflops());
    add(gpu, request.count(), true, gpu.memoryBytes(), basis);
  }

  /**
   * GPUs as {@link #addRated}, or of a kind that was measured, which then take what it did.
   *
   * @throws DemofusionException BAD_REQUEST if it was measured in another precision
   */
  public void add(GpuRequest request, OptionalDouble efficiency, @Nullable Calibration measured) {
    if (measured == null || !request.takes(measured)) {
      addRated(request, efficiency);
      return;
    }
    if (measured.device().unet() != precisions.unet()) {
      throw DemofusionException.badRequest(
          "the calibration was measured in %s and the plan is for %s: measure again with selftest --precision %s, or plan with --precision %s"
              .formatted(
                  measured.device().unet(),
                  precisions.unet(),
                  precisions.unet(),
                  measured.device().unet()));
    }
    CalibratedDevice device = new CalibratedDevice(measured);
    boolean isGpu = !measured.device().kind().equals("cpu");
    long has = measured.device().memoryBytes();
    add(device, request.count(), isGpu, has, device.basis(work));
  }

  /** The device at hand, measured. */
  public void addMeasured(Device device, int count, boolean isGpu) {
    add(device, count, isGpu, 0, "measured here");
  }

  private void add(Device device, int count, boolean isGpu, long hasBytes, String basis) {
    MemoryNeed need =
        MemoryNeed.of(work, model, precisions, isGpu, device.lanes()).with(beside(device.lanes()));
    FittedMemory fitted = FittedMemory.of(need, model, precisions.unet(), isGpu, hasBytes, memory);
    for (int n = 0; n < count; n++) {
      devices.add(device);
    }
    double forward = largestForward().map(device::seconds).orElse(0.0);
    rows.add(
        new DeviceRow(
            device.name(),
            count,
            forward,
            fitted.needBytes(),
            fitted.hasBytes(),
            need.weightBytes(),
            basis,
            fitted.sentence()));
  }

  private ConditionNeed beside(int lanes) {
    return ConditionNeed.of(plan, work, model, precisions.unet(), lanes);
  }

  private Optional<Piece> largestForward() {
    return work.stages().stream()
        .flatMap(stage -> stage.pieces().stream().distinct())
        .filter(piece -> piece.kind() == Kind.FORWARD)
        .max(Comparator.comparingDouble(Piece::flop));
  }

  /**
   * @throws DemofusionException BAD_REQUEST if no device was added
   */
  public CapacityReport report() {
    if (devices.isEmpty()) {
      throw DemofusionException.badRequest(
          "no GPUs given: choose them with --gpus, for example --gpus 3090:2");
    }
    TimeForecast forecast = TimeForecast.of(work, devices);
    return new CapacityReport(
        model.name(),
        precisions.unet().toString(),
        plan.pictureSize().toString(),
        plan.scheduler().kind().toString(),
        plan.steps(),
        plan.stride(),
        plan.unit().toString(),
        CapacityReport.rows(plan, work, forecast),
        work.count(Kind.FORWARD),
        plan.guidedTiles(),
        work.count(Kind.TILE) + work.count(Kind.WHOLE),
        work.count(Kind.ENCODE),
        work.count(Kind.UPSCALE),
        work.count(Kind.IMAGE),
        CapacityReport.teraflop(work),
        forecast.busySeconds(),
        forecast.seconds(),
        forecast.idleShare(),
        rows,
        plan.coordinatorBytes(),
        Map.of(),
        beside(1),
        plan.conditions().words());
  }
}
