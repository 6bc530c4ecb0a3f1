package demofusion.deploy.plan;

import static org.assertj.core.api.Assertions.assertThat;

import demofusion.coordinator.diffusion.RenderPlan;
import demofusion.deploy.command.option.CommandLineSpecs;
import demofusion.protocol.model.ModelSource;
import demofusion.protocol.model.upscaler.RrdbShape;
import demofusion.worker.model.folder.Architecture;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What methods cost SDXL with 50 steps, in guided tiles: the table of modes section 9. */
class MethodCountsTest {
  private static final Architecture SDXL =
      Architecture.read(ModelSource.of(Path.of("models", "sdxl-base")));

  private static RenderPlan plan(String options) {
    return RenderPlan.of(
        CommandLineSpecs.spec(options.split(" ")), SDXL.geometry(), SDXL.scheduler());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          2048 |                                                         | 700
          4096 |                                                         | 5650
          4096 | --phases 1,2,4                                          | 3950
          4096 | --phases 1,4                                            | 3300
          2048 | --phases 1,2 --phase-strength 0.6                       | 440
          4096 | --phases 1,2,4 --phase-strength 0.6                     | 2390
          2048 | --phases 1,2 --phase-strength 0.6 --stride 96           | 440
          4096 | --phases 1,2,4 --phase-strength 0.6 --stride 96         | 1670
          2048 | --phases 1,2 --phase-strength 0.4 --stride 96           | 310
          4096 | --phases 1,2,4 --phase-strength 0.4 --stride 96         | 1130
          2048 | --method detail --stride 64                             | 230
          4096 | --method detail --stride 64                             | 1210
          2048 | --method detail                                         | 230
          4096 | --method detail                                         | 730
          8192 | --method detail                                         | 3150
          2048 | --method fast --fast-lora any                           | 59
          4096 | --method fast --fast-lora any                           | 84
          2048 | --method fast --scheduler lightning --steps 4 --guidance 0 | 11
          4096 | --method fast --scheduler lightning --steps 4 --guidance 0 | 36
          4096 | --phases 1,2,4 --window-interaction --guidance-high 25 --region-noise 0,1.2 | 3950
          """)
  void areThoseOfTheTable(int side, String options, double guidedTiles) {
    String size = "--size " + side + "x" + side;

    RenderPlan plan = plan(options == null ? size : size + " " + options);

    assertThat(plan.guidedTiles()).isEqualTo(guidedTiles);
  }

  /** Of 4096²: 9 and 25 windows to encode, and the smaller pictures to decode before that. */
  @Test
  void haveTheBarriersBetweenPhasesOnTop() {
    PlannedWork detail = PlannedWork.of(plan("--size 4096x4096 --method detail"), SDXL, false);
    PlannedWork exact = PlannedWork.of(plan("--size 4096x4096"), SDXL, false);

    assertThat(detail.count(Piece.Kind.ENCODE)).isEqualTo(9 + 25);
    assertThat(detail.count(Piece.Kind.WHOLE)).as("phase 1").isEqualTo(1);
    assertThat(detail.count(Piece.Kind.TILE)).as("phase 2, and the picture").isEqualTo(16 + 64);
    assertThat(exact.count(Piece.Kind.ENCODE)).isZero();
    assertThat(exact.count(Piece.Kind.TILE)).isEqualTo(64);
  }

  @Test
  void haveNoPictureTwice_whereItIsAPreviewAnyway() {
    PlannedWork work = PlannedWork.of(plan("--size 4096x4096 --method detail"), SDXL, true);

    assertThat(work.count(Piece.Kind.TILE)).isEqualTo(16 + 64);
  }

  /** 37.6 TFLOP for 1024² to 4096² by modes section 7, in tiles whose margins are on top. */
  @Test
  void haveAnUpscalersTiles() {
    PlannedWork work =
        PlannedWork.of(plan("--size 4096x4096 --method sr --upscaler any"), SDXL, false);
    double guidedTile = work.flop(Piece.Kind.FORWARD) / 50;

    assertThat(RrdbShape.USUAL.flopOfPixel() * 1024 * 1024 / 1e12).isBetween(37.5, 37.7);
    assertThat(work.count(Piece.Kind.UPSCALE)).isEqualTo(16);
    assertThat(50 + work.flop(Piece.Kind.UPSCALE) / guidedTile).isBetween(53.0, 55.0);
  }

  /** One that enlarges by 2 unshuffles its pixels first, so its trunk sees a quarter of them. */
  @Test
  void dependOnTheUpscaler() {
    RrdbShape twice = new RrdbShape(12, 64, 32, 23, 2);
    RenderPlan plan = plan("--size 4096x4096 --method sr --upscaler any");

    PlannedWork work = PlannedWork.of(plan, SDXL, false, twice);

    assertThat(twice.scale()).isEqualTo(2);
    assertThat(twice.flopOfPixel() / RrdbShape.USUAL.flopOfPixel()).isBetween(0.25, 0.26);
    assertThat(work.count(Piece.Kind.UPSCALE)).as("two passes").isEqualTo(16 + 64);
  }
}
