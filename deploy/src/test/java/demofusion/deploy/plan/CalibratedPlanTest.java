package demofusion.deploy.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import demofusion.coordinator.diffusion.RenderPlan;
import demofusion.deploy.command.option.CommandLineSpecs;
import demofusion.deploy.plan.CapacityReport.DeviceRow;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.model.ModelSource;
import demofusion.protocol.model.Precision;
import demofusion.worker.model.folder.Architecture;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CalibratedPlanTest {
  private static final Architecture SDXL =
      Architecture.read(ModelSource.of(Path.of("models", "sdxl-base")));
  private static final Calibration CARD = Calibrations.of("NVIDIA GeForce RTX 3090", "float16");

  @Test
  void takesTheMeasuredRates_andSaysWhen() {
    CapacityReport report = report("calibrated", CARD);

    // 50 guided views of 6.76 TFLOP each half at 50 TFLOP/s, and 0.4 % between them
    double unet = report.phases().stream().mapToDouble(CapacityReport.PhaseRow::seconds).sum();
    assertThat(unet).isCloseTo(50 * 2 * 6.76 / 50 / 0.996, within(0.1));
    DeviceRow row = report.devices().get(0);
    assertThat(row.name()).isEqualTo("NVIDIA GeForce RTX 3090");
    assertThat(row.hasBytes()).isEqualTo(24L << 30);
    assertThat(row.basis())
        .isEqualTo(
            "up to 50.0 TFLOP/s, 75 % of its matrix rate, measured 2026-11-29T12:00:00Z with"
                + " sdxl-random");
    assertThat(String.join("\n", report.lines())).contains("measured 2026-11-29T12:00:00Z");
  }

  @Test
  void saysWhereAMuchSmallerModelWasMeasured() {
    // A view of SDXL is 13.5 TFLOP: seven and nine times what was measured.
    String near = report("calibrated", measured(13.5e12 / 7)).devices().get(0).basis();
    String far = report("calibrated", measured(13.5e12 / 9)).devices().get(0).basis();

    assertThat(near).doesNotContain("smaller model");
    assertThat(far).endsWith("with sdxl-random: measured with a much smaller model");
  }

  private static Calibration measured(double flop) {
    return new Calibration(
        CARD.format(),
        CARD.device(),
        CARD.model(),
        CARD.program(),
        CARD.measuredAt(),
        CARD.matrixTeraflops(),
        List.of(new Calibration.Forward(128, 128, 1, 1, flop)),
        CARD.pictures(),
        CARD.textSeconds(),
        CARD.gapShare(),
        CARD.transfers(),
        CARD.memory());
  }

  @Test
  void takesThemForMatchingKindsOnly() {
    List<DeviceRow> rows = report("3090:2,4090,3090@100", CARD).devices();

    assertThat(rows.get(0).basis()).contains("measured 2026");
    assertThat(rows.get(0).count()).isEqualTo(2);
    assertThat(rows.get(1).basis()).contains("assumed");
    assertThat(rows.get(2).basis()).contains("100.0 TFLOP/s, assumed");
  }

  @Test
  void refusesAnotherPrecision() {
    Calibration single = Calibrations.of("NVIDIA GeForce RTX 3090", "float32");

    assertThatThrownBy(() -> report("3090", single))
        .isInstanceOf(DemofusionException.class)
        .hasMessageContaining("measured in float32 and the plan is for float16");
  }

  @Test
  void refusesACalibratedDeviceWithoutACalibration() {
    assertThatThrownBy(() -> report("calibrated", null))
        .isInstanceOf(DemofusionException.class)
        .hasMessageContaining("--calibration FILE");
    assertThatThrownBy(() -> GpuRequest.parseAll("calibrated@5"))
        .hasMessageContaining("must come without a rate");
  }

  @ParameterizedTest
  @CsvSource({
    "NVIDIA GeForce RTX 3090, RTX_3090",
    "NVIDIA GeForce RTX 3090 Ti, RTX_3090_TI",
    "NVIDIA GeForce RTX 4070 Ti SUPER, RTX_4070_TI_SUPER",
    "NVIDIA GeForce RTX 4070 SUPER, RTX_4070_SUPER",
    "NVIDIA RTX A6000, RTX_A6000",
    "NVIDIA RTX 6000 Ada Generation, RTX_6000_ADA",
    "Tesla T4, T4",
    "NVIDIA L40S, L40S",
    "NVIDIA A100-SXM4-80GB, A100",
    "NVIDIA H100 80GB HBM3, H100",
    "NVIDIA H200, H200",
    "NVIDIA B200, B200",
  })
  void knowsACardByItsDriversName(String product, Gpu gpu) {
    assertThat(Gpu.ofProduct(product)).contains(gpu);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "cpu",
        "NVIDIA GeForce RTX 3070 Ti",
        "NVIDIA GeForce RTX 3080 Laptop GPU",
        "NVIDIA GeForce RTX 4090 D",
        "NVIDIA GH200 480GB"
      })
  void takesNoCardForAnother(String product) {
    assertThat(Gpu.ofProduct(product)).isEmpty();
  }

  @Test
  void takesRatesBetweenThoseMeasured() {
    Calibration slowAlone =
        new Calibration(
            CARD.format(),
            CARD.device(),
            CARD.model(),
            CARD.program(),
            CARD.measuredAt(),
            CARD.matrixTeraflops(),
            List.of(
                new Calibration.Forward(128, 128, 4, 1, 40e12),
                new Calibration.Forward(128, 128, 1, 1, 10e12)),
            CARD.pictures(),
            CARD.textSeconds(),
            0,
            CARD.transfers(),
            CARD.memory());
    CalibratedDevice device = new CalibratedDevice(slowAlone);

    assertThat(device.seconds(forward(5e12))).isCloseTo(0.5, within(1e-9));
    assertThat(device.seconds(forward(10e12))).isCloseTo(1, within(1e-9));
    assertThat(device.seconds(forward(20e12))).isCloseTo(20 / 25.0, within(1e-9));
    assertThat(device.seconds(forward(40e12))).isCloseTo(1, within(1e-9));
    assertThat(device.seconds(forward(80e12))).isCloseTo(2, within(1e-9));
  }

  private static Piece forward(double flop) {
    Piece any =
        new CapacityPlan(plan(), SDXL, Precision.FLOAT16, false)
            .work().stages().stream()
                .flatMap(stage -> stage.pieces().stream())
                .filter(piece -> piece.kind() == Piece.Kind.FORWARD)
                .findFirst()
                .orElseThrow();
    return new Piece(any.kind(), any.extent(), 1, true, 0, flop, any.terms());
  }

  private static CapacityReport report(String gpus, @Nullable Calibration measured) {
    CapacityPlan capacity = new CapacityPlan(plan(), SDXL, Precision.FLOAT16, false);
    GpuRequest.parseAll(gpus)
        .forEach(request -> capacity.add(request, OptionalDouble.empty(), measured));
    return capacity.report();
  }

  private static RenderPlan plan() {
    return RenderPlan.of(
        CommandLineSpecs.spec("--size 1024x1024 --steps 50".split(" ", -1)),
        SDXL.geometry(),
        SDXL.scheduler());
  }
}
