package demofusion.deploy.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import demofusion.coordinator.diffusion.RenderPlan;
import demofusion.deploy.bench.PlanLimit;
import demofusion.deploy.command.option.CommandLineSpecs;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.model.ModelSource;
import demofusion.protocol.model.Precision;
import demofusion.worker.model.folder.Architecture;
import java.nio.file.Path;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CapacityPlanTest {
  private static final Architecture SDXL =
      Architecture.read(ModelSource.of(Path.of("models", "sdxl-base")));
  private static final OptionalDouble BY_GPU = OptionalDouble.empty();

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--size 4096x4096",
        "--size 4096x4096 --view-batch half",
        "--size 4096x4096 --view-batch half --guidance 1",
        "--size 2816x1408 --view-batch 4 --stride 48 --steps 7",
        "--size 3072x3072 --no-progressive --no-dilated",
        "--size 2048x2048 --method multidiffusion",
        "--size 2048x1024 --method direct --steps 3",
        "--size 512x512"
      })
  void countsTheForwardsOfTheRealPlan(String options) {
    RenderPlan plan = plan(options);

    CapacityReport report = report(plan, "h100:3");

    assertThat(report.forwards()).isEqualTo(plan.forwards());
    assertThat(report.phases().stream().mapToLong(CapacityReport.PhaseRow::forwards).sum())
        .isEqualTo(plan.forwards());
  }

  @ParameterizedTest
  @CsvSource({"1, 4", "1, 8", "1, 16", "half, 4", "half, 16"})
  void takesAsLongAsTheBarrierMakesIt(String unit, int count) {
    RenderPlan plan = plan("--size 4096x4096 --steps 10 --view-batch " + unit);

    double alone = unetSeconds(report(plan, "3090"));
    double together = unetSeconds(report(plan, "3090:" + count));

    double limit = PlanLimit.of(plan, count).speedup();
    assertThat(alone / together).isCloseTo(limit, within(0.03 * limit));
  }

  @Test
  void waitsMore_theMoreDevicesThereAre() {
    RenderPlan plan = plan("--size 2048x2048");

    assertThat(report(plan, "3090").idleShare()).isLessThan(0.01);
    assertThat(report(plan, "3090:16").idleShare()).isGreaterThan(0.3);
  }

  @Test
  void isNearTheSummedRates_whereDevicesDiffer() {
    RenderPlan plan = plan("--size 8192x8192 --steps 4");

    double h200 = unetSeconds(report(plan, "h200"));
    double both = unetSeconds(report(plan, "h200:1,3090:2"));

    Gpu fast = Gpu.H200;
    Gpu slow = Gpu.RTX_3090;
    double rate = fast.float16Teraflops() * fast.efficiency();
    double summed = rate + 2 * slow.float16Teraflops() * slow.efficiency();
    assertThat(h200 / both).isCloseTo(summed / rate, within(0.08));
  }

  @Test
  void costsWhatItsForwardsCost() {
    RenderPlan plan = plan("--size 1024x1024 --steps 50");

    CapacityReport report = report(plan, "mygpu@100", OptionalDouble.of(0.5));

    // 50 guided views of 6.76 TFLOP each half, at 50 TFLOP/s
    assertThat(report.teraflop().unet()).isCloseTo(50 * 2 * 6.76, within(1.0));
    assertThat(unetSeconds(report)).isCloseTo(50 * 2 * 6.76 / 50, within(0.1));
  }

  @Test
  void countsPreviewsToo() {
    RenderPlan plan = plan("--size 3072x3072");

    CapacityPlan with = new CapacityPlan(plan, SDXL, Precision.FLOAT16, true);

    assertThat(with.work().count(Piece.Kind.WHOLE)).isEqualTo(1);
    assertThat(with.work().count(Piece.Kind.SURVEY)).isEqualTo(2);
  }

  @Test
  void saysThatAModelDoesNotFit() {
    RenderPlan plan = plan("--size 4096x4096 --view-batch 64");

    CapacityReport report = report(plan, "t4");

    assertThat(report.devices().get(0).fits()).isFalse();
    assertThat(report.lines()).anyMatch(line -> line.contains("too much"));
    assertThat(report(plan("--size 4096x4096"), "3090").devices().get(0).fits()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "4091", "3090:0", "3090:1001", "3090@0", "here@5", "3090:2,", "a b"})
  void refusesWhatIsNoGpu(String gpus) {
    assertThatThrownBy(() -> GpuRequest.parseAll(gpus))
        .isInstanceOf(DemofusionException.class)
        .hasMessageContaining("must");
  }

  private static double unetSeconds(CapacityReport report) {
    return report.phases().stream().mapToDouble(CapacityReport.PhaseRow::seconds).sum();
  }

  private static CapacityReport report(RenderPlan plan, String gpus) {
    return report(plan, gpus, BY_GPU);
  }

  private static CapacityReport report(RenderPlan plan, String gpus, OptionalDouble efficiency) {
    CapacityPlan capacity = new CapacityPlan(plan, SDXL, Precision.FLOAT16, false);
    GpuRequest.parseAll(gpus).forEach(request -> capacity.addRated(request, efficiency));
    return capacity.report();
  }

  private static RenderPlan plan(String options) {
    return RenderPlan.of(
        CommandLineSpecs.spec(options.split(" ", -1)), SDXL.geometry(), SDXL.scheduler());
  }
}
