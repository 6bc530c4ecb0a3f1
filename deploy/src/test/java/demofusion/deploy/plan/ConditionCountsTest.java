package demofusion.deploy.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import demofusion.coordinator.diffusion.RenderPlan;
import demofusion.deploy.command.option.CommandLineSpecs;
import demofusion.deploy.plan.Piece.Kind;
import demofusion.protocol.api.request.RenderSpec;
import demofusion.protocol.api.request.condition.AdapterFacts;
import demofusion.protocol.api.request.condition.AdapterUse;
import demofusion.protocol.api.request.condition.ConditionSettings;
import demofusion.protocol.api.request.condition.ControlFacts;
import demofusion.protocol.api.request.condition.ControlMode;
import demofusion.protocol.api.request.condition.ControlUse;
import demofusion.protocol.api.request.condition.NamedNetwork;
import demofusion.protocol.api.request.condition.PictureBytes;
import demofusion.protocol.api.request.condition.StepSpan;
import demofusion.protocol.latent.PixelExtent;
import demofusion.protocol.model.ModelSource;
import demofusion.protocol.model.Precision;
import demofusion.worker.model.folder.Architecture;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalDouble;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What ControlNets and IP-Adapters add to a plan of SDXL (conditioning sections 2.6 and 4.4). */
class ConditionCountsTest {
  private static final Architecture SDXL =
      Architecture.read(ModelSource.of(Path.of("models", "sdxl-base")));

  /** A full ControlNet beside the UNet, in TFLOP of a half. */
  private static final double FULL = 3.02 / 6.76;

  private static PictureBytes picture(int side) throws IOException {
    ByteArrayOutputStream png = new ByteArrayOutputStream();
    ImageIO.write(new BufferedImage(8, 8, BufferedImage.TYPE_INT_RGB), "png", png);
    return PictureBytes.of(png.toByteArray()).with(new PixelExtent(side, side));
  }

  private static ControlUse control(double start, double end) throws IOException {
    return new ControlUse(
        new NamedNetwork("edges", "c0".repeat(32)),
        new ControlFacts(false, null, FULL),
        null,
        picture(4096),
        List.of(1.0),
        new StepSpan(start, end),
        ControlMode.PLAIN,
        null,
        null,
        null);
  }

  private static AdapterUse adapter() throws IOException {
    return AdapterUse.of(NamedNetwork.named("look"), List.of(picture(8), picture(8)))
        .with(
            new NamedNetwork("look", "a0".repeat(32)),
            new NamedNetwork("eye", "e0".repeat(32)),
            new AdapterFacts(2048, 16, 224, false, 1e-5));
  }

  private static RenderPlan plan(String options, ConditionSettings conditions) {
    RenderSpec spec =
        CommandLineSpecs.spec(options.split(" ")).toBuilder().conditions(conditions).build();
    return RenderPlan.of(spec, SDXL.geometry(), SDXL.scheduler());
  }

  private static ConditionSettings of(ControlUse... controls) {
    return new ConditionSettings(List.of(controls), List.of(), null);
  }

  @ParameterizedTest
  @CsvSource({
    "--size 4096x4096, 8170",
    "--size 4096x4096 --method detail, 1060",
    "--size 4096x4096 --method detail --stride 96, 1060"
  })
  void areThoseOfTheSpecification(String options, double guidedTiles) throws IOException {
    RenderPlan plan = plan(options, of(control(0, 1)));

    assertThat(plan.guidedTiles()).isCloseTo(guidedTiles, within(10.0));
  }

  @Test
  void countInTheirStepsOnly_inOperationsToo() throws IOException {
    RenderPlan plain = plan("--size 2048x2048", ConditionSettings.NONE);
    RenderPlan steered = plan("--size 2048x2048", of(control(0, 0.6), control(0.2, 1)));
    double share = 1 + 0.6 * FULL + 0.8 * FULL;

    double flop = PlannedWork.of(plain, SDXL, false).flop(Kind.FORWARD);
    PlannedWork work = PlannedWork.of(steered, SDXL, false);

    assertThat(steered.guidedTiles()).isCloseTo(plain.guidedTiles() * share, within(1e-6));
    assertThat(work.flop(Kind.FORWARD) / flop).isCloseTo(share, within(1e-9));
    assertThat(work.count(Kind.FORWARD)).isEqualTo(plain.forwards());
  }

  @Test
  void makeAReportOfOneRowForEachPhase_howeverManyStretchesItHas() throws IOException {
    RenderPlan steered = plan("--size 2048x2048", of(control(0.2, 0.6)));
    CapacityPlan capacity = new CapacityPlan(steered, SDXL, Precision.FLOAT16, false);
    capacity.add(GpuRequest.parseAll("3090").get(0), OptionalDouble.empty(), null);

    CapacityReport report = capacity.report();

    assertThat(report.phases()).hasSize(2);
    assertThat(report.phases().get(0).forwards()).isEqualTo(50);
    assertThat(report.phases().get(1).forwards()).isEqualTo(steered.forwards(steered.lastPhase()));
    assertThat(report.forwards()).isEqualTo(steered.forwards());
  }

  @Test
  void encodePicturesOfAnAdapterOnce() throws IOException {
    RenderPlan plan =
        plan("--size 2048x2048", new ConditionSettings(List.of(), List.of(adapter()), null));

    PlannedWork work = PlannedWork.of(plan, SDXL, false);

    assertThat(work.count(Kind.IMAGE)).isEqualTo(1);
    assertThat(work.flop(Kind.IMAGE)).isEqualTo(2 * 0.335e12);
    assertThat(PlanReport.of(plan, SDXL, 1, 0).lines())
        .anyMatch(line -> line.contains("encoding an image prompt"));
  }

  @Test
  void sayThatAMapIsSmallerThanTheImage() throws IOException {
    RenderPlan plan = plan("--size 8192x8192 --method detail", of(control(0, 1)));

    assertThat(PlanReport.of(plan, SDXL, 1, 0).lines())
        .anyMatch(line -> line.contains("4096x4096") && line.contains("8192x8192"));
  }

  /** 1.25 G weights (conditioning section 2.6), and 26.9 M values for each of two samples. */
  @Test
  void takeMemoryBesideTheModel() throws IOException {
    RenderPlan plan = plan("--size 2048x2048", of(control(0, 1)));
    ConditionNeed need =
        ConditionNeed.of(plan, PlannedWork.of(plan, SDXL, false), SDXL, Precision.FLOAT16, 1);

    assertThat(need.rows()).hasSize(1);
    assertThat(need.rows().get(0).assumed()).isTrue();
    assertThat(need.controlBytes()).isCloseTo(2 * 1_251_000_000L, within(10_000_000L));
    assertThat(need.residualBytes())
        .isEqualTo(
            2L * 2 * (3 * 320L * 128 * 128 + (320 + 2 * 640L) * 64 * 64 + 640L * 32 * 32)
                + 2L * 2 * 3 * 1280 * 32 * 32);
    assertThat(need.forwardBytes()).isEqualTo(need.controlBytes() + need.residualBytes());
  }

  @Test
  void takeNone_whereTheyWeighNothing() throws IOException {
    RenderPlan plan = plan("--size 2048x2048", of(control(0, 1).withWeights(List.of(0.0))));

    assertThat(
            ConditionNeed.of(plan, PlannedWork.of(plan, SDXL, false), SDXL, Precision.FLOAT16, 1))
        .isEqualTo(ConditionNeed.NONE);
  }

  @Test
  void makeAReportThatSaysWhatTheyTake_andThatItIsTooMuch() throws IOException {
    RenderPlan steered = plan("--size 2048x2048", of(control(0, 1)));
    CapacityPlan capacity = new CapacityPlan(steered, SDXL, Precision.FLOAT16, false);
    capacity.add(GpuRequest.parseAll("3070").get(0), OptionalDouble.empty(), null);

    CapacityReport report = capacity.report();

    assertThat(report.devices().get(0).fits()).isFalse();
    assertThat(report.networks().get(0).deviceBytes()).isGreaterThan(2_000_000_000L);
    assertThat(String.join("\n", report.lines()))
        .contains("ControlNet edges", "not here: as usual", "too much", "finds no room");
  }
}
