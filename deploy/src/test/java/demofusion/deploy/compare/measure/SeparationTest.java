package demofusion.deploy.compare.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import demofusion.deploy.compare.measure.Pictures.Scenery;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Test;

/**
 * How well each measure tells pictures with its fault from the same ones without it: landscapes of
 * 512 pixels for a model of 256. What is asserted is what they do here, with some room.
 */
class SeparationTest {
  private static final int PERIOD = 128;
  private static final List<Scenery> SCENES = Pictures.scenes(10);
  private static final List<Scenery> FEW = SCENES.subList(0, 4);

  /** Windows of 32 latent samples every 16 of 64. */
  private static final SeamScore SEAMS =
      new SeamScore(
          new WindowBorders(
              WindowBorders.axis(List.of(0, 16, 32), 32, 64, 8),
              WindowBorders.axis(List.of(0, 16, 32), 32, 64, 8),
              PERIOD,
              8));

  private static double mean(List<Scenery> scenes, ToDoubleFunction<Scenery> figure) {
    return scenes.stream().mapToDouble(figure).average().orElseThrow();
  }

  private static double share(ToDoubleFunction<Scenery> figure, double above) {
    return mean(SCENES, scene -> figure.applyAsDouble(scene) > above ? 1 : 0);
  }

  private static double seam(Scenery scene, double grey) {
    GreyPicture luma = Pictures.stepped(scene.luma(), grey, PERIOD);
    return SEAMS.of(luma, scene.usual()).orElseThrow();
  }

  @Test
  void findsAStepOfAFiftiethOfGreyAtWindowsBorders_andNoneWhereThereIsNone() {
    assertThat(share(scene -> seam(scene, 0), 2.5)).isZero();
    assertThat(mean(SCENES, scene -> seam(scene, 0))).isCloseTo(0, within(0.7));
    assertThat(share(scene -> seam(scene, 0.01), 2.5)).isGreaterThanOrEqualTo(0.8);
    assertThat(share(scene -> seam(scene, 0.02), 2.5)).isGreaterThanOrEqualTo(0.9);
  }

  @Test
  void findsNoSeam_wherePictureAndLAreOne_orHaveNoBorders() {
    Scenery scene = SCENES.get(0);
    SeamScore none = new SeamScore(new WindowBorders(List.of(), List.of(), PERIOD, 8));

    assertThat(SEAMS.of(scene.usual(), scene.usual())).isEqualTo(OptionalDouble.empty());
    assertThat(none.of(scene.luma(), scene.usual())).isEqualTo(OptionalDouble.empty());
  }

  @Test
  void measuresFadedContrast_asMuchAsItFades() {
    ToDoubleFunction<Scenery> gain = scene -> Drift.of(scene.luma(), scene.usual()).gain();
    ToDoubleFunction<Scenery> faded = scene -> Drift.of(faded(scene.luma()), scene.usual()).gain();

    assertThat(mean(FEW, gain)).isCloseTo(1, within(0.01));
    assertThat(mean(FEW, faded)).isCloseTo(0.8, within(0.01));
    assertThat(mean(FEW, scene -> Drift.of(scene.luma(), scene.usual()).drift())).isLessThan(0.02);
  }

  /** A fifth nearer to grey. */
  private static GreyPicture faded(GreyPicture luma) {
    return Pictures.changed(luma, (x, y) -> 0.2 * (0.5 - luma.at(x, y)));
  }

  @Test
  void measuresNoise_asGrainAndAsDetail() {
    for (Scenery scene : FEW) {
      GreyPicture noisy = Pictures.noisy(scene.luma(), 0.01, 1);

      assertThat(Grain.of(noisy, scene.usual()))
          .isGreaterThan(Grain.of(scene.luma(), scene.usual()) + 0.5);
      assertThat(BandEnergy.of(noisy, 1).get(0))
          .isGreaterThan(BandEnergy.of(scene.luma(), 1).get(0));
    }
  }

  @Test
  void measuresLittleDetailInL() {
    for (Scenery scene : FEW) {
      double truth = BandEnergy.of(scene.luma(), 1).get(0);
      double enlarged = BandEnergy.of(scene.usual(), 1).get(0);

      assertThat(BandEnergy.log2Ratio(enlarged, truth)).isLessThan(-0.5);
    }
    assertThat(BandEnergy.bands(2)).isEqualTo(1);
    assertThat(BandEnergy.bands(3)).isEqualTo(2);
    assertThat(BandEnergy.bands(4)).isEqualTo(2);
  }

  @Test
  void findsATwinThatWasPasted_andNoneInTrueScenes() {
    int found = 0;
    for (int n = 0; n < 4; n++) {
      Scenery scene = SCENES.get(n);
      double without = repeats(scene, scene.luma());
      double with = repeats(scene, GreyPicture.of(Pictures.twin(scene.picture(), n, false)));
      assertThat(without).as("scene " + n).isLessThan(0.05);
      found += with > without ? 1 : 0;
    }

    assertThat(found).isGreaterThanOrEqualTo(3);
  }

  private static double repeats(Scenery scene, GreyPicture picture) {
    return NewRepeats.of(picture, scene.usual(), Pictures.NATIVE);
  }
}
