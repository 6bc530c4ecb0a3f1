package demofusion.deploy.compare.measure;

import static org.assertj.core.api.Assertions.assertThat;

import demofusion.deploy.compare.scene.Scene;
import demofusion.deploy.compare.scene.SceneTraits;
import demofusion.deploy.compare.scene.SceneTraits.Ground;
import demofusion.deploy.compare.scene.SceneTraits.Land;
import demofusion.deploy.compare.scene.SceneTraits.Thing;
import demofusion.deploy.compare.scene.SceneTraits.Time;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Things in landscapes that were drawn with and without them, by other seeds than the drawings. */
class ThingCountTest {
  private static final int SCENES = 6;
  private static final int SIDE = 256;
  private static final int NATIVE = 192;

  private static BufferedImage draw(Thing thing, int n, boolean with) {
    return new Scene(Pictures.landscape(thing, n, with), 300 + n).draw(SIDE);
  }

  private static int count(BufferedImage picture, Thing thing) {
    return ThingCount.of(picture, Set.of(thing), NATIVE);
  }

  @ParameterizedTest
  @CsvSource({"SAILBOAT, 5", "HOUSE, 4", "LIGHTHOUSE, 4"})
  void findsThings_andFewWhereThereIsNone(Thing thing, int least) {
    int found = 0;
    int invented = 0;
    for (int n = 0; n < SCENES; n++) {
      found += count(draw(thing, n, true), thing) >= 1 ? 1 : 0;
      invented += count(draw(thing, n, false), thing) >= 1 ? 1 : 0;
    }

    assertThat(found).as("found").isGreaterThanOrEqualTo(least);
    assertThat(invented).as("invented").isLessThanOrEqualTo(1);
  }

  @Test
  void countsASecondBoat() {
    SceneTraits traits =
        new SceneTraits(Land.GREEN, Ground.SEA, Time.DAY, false, Set.of(Thing.SAILBOAT));
    BufferedImage picture = new Scene(traits, 7).draw(SIDE);
    BufferedImage two = new BufferedImage(SIDE, SIDE, picture.getType());
    Graphics2D pen = two.createGraphics();
    // The boats of the one scene stand on the left of the other.
    pen.drawImage(picture, 0, 0, null);
    pen.drawImage(new Scene(traits, 9).draw(SIDE / 2), 0, 115, null);
    pen.dispose();

    assertThat(count(picture, Thing.SAILBOAT)).isEqualTo(1);
    assertThat(count(two, Thing.SAILBOAT)).isEqualTo(2);
  }

  @Test
  void looksForWhatTheCaptionNames_elseForWhatCouldStandThere() {
    assertThat(ThingCount.sought(traits("green hills and the open sea, at noon, a lighthouse")))
        .containsExactly(Thing.LIGHTHOUSE);
    assertThat(ThingCount.sought(traits("green hills and the open sea, at noon")))
        .containsExactlyInAnyOrder(Thing.SAILBOAT, Thing.LIGHTHOUSE);
    assertThat(ThingCount.sought(traits("green hills and a sandy desert, at noon")))
        .containsExactlyInAnyOrder(Thing.HOUSE, Thing.LIGHTHOUSE);
    assertThat(
            ThingCount.sought(
                traits("green hills and a calm lake, at noon, a red hot-air balloon")))
        .isEmpty();
  }

  private static SceneTraits traits(String caption) {
    return SceneTraits.parse(caption).orElseThrow();
  }
}
