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
  @CsvSource({"SAILBOAT, 5", "HOUSE, 4"})
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
    ThingCount.Found boat = ThingCount.find(picture, Thing.SAILBOAT, NATIVE, 0.7).get(0);
    double scale = NATIVE / 128.0; // of what is searched
    int left = (int) (boat.x() * scale);
    int top = (int) (boat.y() * scale);
    int width = Math.min(SIDE - left, (int) (boat.width() * scale) + 1);
    int height = Math.min(SIDE - top, (int) (boat.height() * scale) + 1);
    BufferedImage two = new BufferedImage(SIDE, SIDE, picture.getType());
    Graphics2D pen = two.createGraphics();
    pen.drawImage(picture, 0, 0, null);
    int beside = left > SIDE / 2 ? left - SIDE / 3 : left + SIDE / 3;
    pen.drawImage(picture.getSubimage(left, top, width, height), beside, top, null);
    pen.dispose();

    assertThat(count(picture, Thing.SAILBOAT)).isEqualTo(1);
    assertThat(count(two, Thing.SAILBOAT)).isEqualTo(2);
  }

  @Test
  void looksForWhatTheCaptionNames_elseForWhatCouldStandThere() {
    assertThat(ThingCount.sought(traits("green hills and the open sea, at noon, a lighthouse")))
        .isEmpty();
    assertThat(ThingCount.sought(traits("green hills and the open sea, at noon")))
        .containsExactly(Thing.SAILBOAT);
    assertThat(ThingCount.sought(traits("green hills and a sandy desert, at noon")))
        .containsExactly(Thing.HOUSE);
    assertThat(
            ThingCount.sought(
                traits("green hills and a calm lake, at noon, a red hot-air balloon")))
        .isEmpty();
  }

  private static SceneTraits traits(String caption) {
    return SceneTraits.parse(caption).orElseThrow();
  }
}
