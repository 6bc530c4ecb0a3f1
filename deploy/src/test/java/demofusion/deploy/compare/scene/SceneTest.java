package demofusion.deploy.compare.scene;

import static org.assertj.core.api.Assertions.assertThat;

import demofusion.deploy.compare.scene.SceneTraits.Ground;
import demofusion.deploy.compare.scene.SceneTraits.Land;
import demofusion.deploy.compare.scene.SceneTraits.Thing;
import demofusion.deploy.compare.scene.SceneTraits.Time;
import java.awt.image.BufferedImage;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SceneTest {
  private static final SceneTraits BOAT =
      SceneTraits.parse("green hills and the open sea, at noon, a sun, a white sailboat")
          .orElseThrow();

  private static double apart(BufferedImage one, BufferedImage other) {
    double sum = 0;
    for (int n = 0; n < one.getWidth() * one.getHeight(); n++) {
      int a = one.getRGB(n % one.getWidth(), n / one.getWidth());
      int b = other.getRGB(n % one.getWidth(), n / one.getWidth());
      sum += Math.abs((a >> 8 & 0xff) - (b >> 8 & 0xff)) / 255.0;
    }
    return sum / ((double) one.getWidth() * one.getHeight());
  }

  private static BufferedImage halved(BufferedImage picture) {
    int side = picture.getWidth() / 2;
    BufferedImage half = new BufferedImage(side, side, BufferedImage.TYPE_INT_RGB);
    half.createGraphics()
        .drawImage(
            picture.getScaledInstance(side, side, java.awt.Image.SCALE_AREA_AVERAGING), 0, 0, null);
    return half;
  }

  @Test
  void readsACaption() {
    assertThat(BOAT)
        .isEqualTo(new SceneTraits(Land.GREEN, Ground.SEA, Time.DAY, true, Set.of(Thing.SAILBOAT)));
    assertThat(SceneTraits.parse("a dark volcano and a calm lake, under the stars"))
        .contains(new SceneTraits(Land.VOLCANO, Ground.LAKE, Time.NIGHT, false, Set.of()));
  }

  @Test
  void readsNothing_inACaptionOfSomethingElse() {
    assertThat(SceneTraits.parse("a fox")).isEmpty();
    assertThat(SceneTraits.parse("green hills and the open sea, at tea time")).isEmpty();
    assertThat(SceneTraits.parse("green hills and the open sea, at noon, a fox")).isEmpty();
  }

  @Test
  void isTheSamePicture_everyTime() {
    assertThat(apart(new Scene(BOAT, 3).draw(64), new Scene(BOAT, 3).draw(64))).isZero();
  }

  @Test
  void isTheSameScene_drawnLarger() {
    BufferedImage small = new Scene(BOAT, 3).draw(128);

    assertThat(apart(halved(new Scene(BOAT, 3).draw(256)), small)).isLessThan(0.05);
    assertThat(apart(halved(new Scene(BOAT, 4).draw(256)), small)).isGreaterThan(0.05);
  }

  @Test
  void differsOnlyWhereTheThingIs() {
    BufferedImage with = new Scene(BOAT, 3).draw(128);
    BufferedImage without = new Scene(BOAT.with(Set.of()), 3).draw(128);

    assertThat(apart(with, without)).isBetween(0.0005, 0.03);
  }
}
