package demofusion.deploy.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import demofusion.deploy.compare.measure.GreyPicture;
import demofusion.protocol.latent.LatentExtent;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Each measure tells what it claims to, on pictures that are made to show it. */
class MeasuresTest {
  private static final int NATIVE = 48;

  @Test
  void findsNoEnergy_inAnEvenPicture_andLessInABlurredOne() {
    GreyPicture sharp = Drawings.blots(96, 96, 1);
    GreyPicture blurred = Drawings.draw(96, 96, (x, y) -> around(sharp, x, y));

    assertThat(GradientEnergy.of(Drawings.draw(20, 20, (x, y) -> 0.5))).isZero();
    assertThat(GradientEnergy.of(blurred)).isPositive().isLessThan(GradientEnergy.of(sharp) / 2);
  }

  private static double around(GreyPicture picture, int x, int y) {
    return picture.mean(
        Math.max(0, x - 2), Math.max(0, y - 2), Math.min(96, x + 3), Math.min(96, y + 3));
  }

  @Test
  void countsASlopeAsItIs() {
    // Every neighbour to the right is 0.1 brighter: 0.01 for each, in thousandths.
    assertThat(GradientEnergy.of(Drawings.draw(10, 10, (x, y) -> x * 0.1)))
        .isCloseTo(10, within(1e-3));
  }

  @Test
  void findsEveryPatchAgain_inAPictureOfRepetitions() {
    GreyPicture tile = Drawings.blots(NATIVE, NATIVE, 1);

    assertThat(Repetition.of(Drawings.tiled(tile, 3, 2), NATIVE)).isGreaterThan(0.95);
  }

  @Test
  void findsThemWherever_theyAreShiftedTo() {
    GreyPicture tile = Drawings.blots(60, 60, 1);

    assertThat(Repetition.of(Drawings.tiled(tile, 3, 3), NATIVE)).isGreaterThan(0.6);
  }

  @Test
  void findsLittleAgain_inAPictureThatIsNowhereAlike() {
    GreyPicture picture = Drawings.blots(3 * NATIVE, 2 * NATIVE, 2);

    assertThat(Repetition.of(picture, NATIVE)).isLessThan(0.5);
  }

  @Test
  void scoresHigher_theMoreOfAPictureIsRepeated() {
    GreyPicture once = Drawings.blots(4 * NATIVE, NATIVE, 3);
    GreyPicture half =
        Drawings.draw(4 * NATIVE, NATIVE, (x, y) -> once.at(x < 2 * NATIVE ? x % NATIVE : x, y));
    GreyPicture all = Drawings.draw(4 * NATIVE, NATIVE, (x, y) -> once.at(x % NATIVE, y));

    assertThat(Repetition.of(half, NATIVE))
        .isGreaterThan(Repetition.of(once, NATIVE) + 0.1)
        .isLessThan(Repetition.of(all, NATIVE) - 0.1);
  }

  @Test
  void doesNotTakeASky_forARepetition() {
    GreyPicture sky = Drawings.draw(4 * NATIVE, 2 * NATIVE, (x, y) -> 0.2 + 0.6 * y / 96);

    assertThat(Repetition.of(sky, NATIVE)).isLessThan(0.3);
  }

  @Test
  void findsNothingAgain_whereThereIsRoomForOnePatchOnly() {
    assertThat(Repetition.of(Drawings.blots(NATIVE, NATIVE, 1), NATIVE)).isZero();
  }

  /** Grain, in which a change of brightness is hard to see but where it is sudden. */
  private static GreyPicture grained(Drawings.Drawing brightness) {
    Random random = new Random(1);
    return Drawings.draw(256, 256, (x, y) -> brightness.at(x, y) + 0.02 * random.nextDouble());
  }

  private static GreyPicture chequered(int offset) {
    return grained((x, y) -> 0.3 + ((x + offset) / 128 + (y + offset) / 128) % 2 * 0.2);
  }

  @Test
  void seesSeams_whereWindowsDifferInBrightness() {
    Seams seams = Seams.of(new LatentExtent(32, 32), 16, 16, 8);

    assertThat(seams.of(grained((x, y) -> 0.5))).isCloseTo(1, within(0.05));
    assertThat(seams.of(chequered(0))).isGreaterThan(2);
  }

  @Test
  void seesNone_whereTheDifferenceIsElsewhere() {
    Seams seams = Seams.of(new LatentExtent(32, 32), 16, 16, 8);

    assertThat(seams.of(chequered(60))).isCloseTo(1, within(0.05));
  }

  @Test
  void seesMore_theMoreAbruptBordersAre() {
    Seams seams = Seams.of(new LatentExtent(32, 32), 16, 16, 8);
    GreyPicture abrupt = grained((x, y) -> x < 128 ? 0.3 : 0.5);
    GreyPicture blended = grained((x, y) -> 0.3 + 0.2 * Math.max(0, Math.min(1, (x - 96) / 64.0)));

    assertThat(seams.of(blended)).isCloseTo(1, within(0.05));
    assertThat(seams.of(abrupt)).isGreaterThan(seams.of(blended) + 0.3);
  }

  @Test
  void looksAtBothEndsOfEveryWindow() {
    // Windows of 16 at 0, 8 and 16: borders at 8, 16 and 24 samples.
    Seams seams = Seams.of(new LatentExtent(32, 32), 16, 8, 8);

    for (int border : new int[] {64, 128, 192}) {
      assertThat(seams.of(grained((x, y) -> x < border ? 0.2 : 0.8)))
          .as("at " + border)
          .isGreaterThan(1.3);
    }
    assertThat(seams.of(grained((x, y) -> x < 96 ? 0.2 : 0.8))).isCloseTo(1, within(0.05));
  }

  @Test
  void findsAPictureLikeItself_madeLarger_andUnlikeAnother() {
    GreyPicture small = Drawings.blots(64, 64, 1);
    GreyPicture large = Drawings.draw(256, 256, (x, y) -> small.at(x / 4, y / 4));
    GreyPicture moved = Drawings.draw(256, 256, (x, y) -> large.at((x + 90) % 256, y));

    assertThat(Likeness.of(large, small)).isCloseTo(1, within(1e-6));
    assertThat(Likeness.of(moved, small)).isLessThan(0.4);
    assertThat(Likeness.of(Drawings.blots(256, 256, 2), small)).isLessThan(0.4);
  }
}
