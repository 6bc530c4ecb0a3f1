package demofusion.deploy.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import demofusion.coordinator.diffusion.RenderPlan;
import demofusion.deploy.command.option.CommandLineSpecs;
import demofusion.deploy.model.ModelNeed;
import demofusion.protocol.GoldenData;
import demofusion.protocol.api.request.RenderSpec;
import demofusion.protocol.api.request.method.UpscalerUse;
import demofusion.protocol.model.ModelSource;
import demofusion.worker.model.folder.ModelFolder;
import org.junit.jupiter.api.Test;

class PlanReportTest {
  private static final ModelFolder TINY = ModelFolder.open(ModelSource.of(GoldenData.tinySdxl()));

  @Test
  void takesAViewForEachStep_atTheNativeSize() {
    assertThat(seconds("--size", "128x128", "--steps", "10")).isCloseTo(10, within(1e-9));
  }

  @Test
  void takesMoreThanByArea_whereOneViewIsLarge() {
    // Attention grows with the square of the area.
    assertThat(seconds("--size", "512x512", "--steps", "10", "--method", "direct"))
        .isGreaterThan(1.1 * 16 * 10);
  }

  @Test
  void needsTheMemoryThatThePlanAsksFor() {
    RenderPlan plan = plan("--size", "512x256");

    assertThat(report(plan).latentBytes()).isEqualTo(plan.coordinatorBytes());
  }

  /**
   * Of 512² for a native side of 128: 9 and 25 windows; with 2 times, of 128² and 256², 1 and 1.
   */
  @Test
  void saysWhatIsEncodedAndUpscaled() {
    PlanReport detail = report(plan("--size", "512x512", "--method", "detail"));
    RenderSpec sr = CommandLineSpecs.spec("--size", "512x512", "--method", "sr", "--upscaler", "x");
    UpscalerUse twice = new UpscalerUse("x", "ab".repeat(32), 2);
    RenderSpec found =
        sr.toBuilder().methodSettings(sr.methodSettings().withUpscaler(twice)).build();

    assertThat(detail.lines().get(5)).endsWith(", plus decoding, encoding 34 windows");
    assertThat(report(RenderPlan.of(found, TINY.geometry(), TINY.scheduler())).lines())
        .anyMatch(line -> line.endsWith(", plus decoding, upscaling 2 tiles"));
    assertThat(report(plan("--size", "512x512")).lines())
        .anyMatch(line -> line.endsWith(", plus decoding"));
  }

  /** With one second for a native view. */
  private static double seconds(String... options) {
    return report(plan(options)).seconds();
  }

  private static PlanReport report(RenderPlan plan) {
    return PlanReport.of(plan, TINY.architecture(), 1, ModelNeed.of(TINY).onCpuBytes());
  }

  private static RenderPlan plan(String... options) {
    return RenderPlan.of(CommandLineSpecs.spec(options), TINY.geometry(), TINY.scheduler());
  }
}
