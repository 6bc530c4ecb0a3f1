package demofusion.deploy.compare.measure;

import demofusion.deploy.compare.Lanczos;
import demofusion.deploy.compare.scene.Scene;
import demofusion.deploy.compare.scene.SceneTraits;
import demofusion.deploy.compare.scene.SceneTraits.Ground;
import demofusion.deploy.compare.scene.SceneTraits.Land;
import demofusion.deploy.compare.scene.SceneTraits.Thing;
import demofusion.deploy.compare.scene.SceneTraits.Time;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;

/** Scenes without a fault, and the same with one. */
final class Pictures {
  static final int NATIVE = 256;
  static final int SIDE = 512;
  private static final List<Land> LANDS = List.of(Land.values());
  private static final List<Ground> GROUNDS = List.of(Ground.values());
  private static final List<Time> TIMES = List.of(Time.values());

  private Pictures() {}

  /** What is added to a picture's luma. */
  interface Change {
    double at(int x, int y);
  }

  /** A scene and L: what it looks like at half the size, enlarged. */
  record Scenery(BufferedImage picture, BufferedImage enlarged) {
    GreyPicture luma() {
      return GreyPicture.of(picture);
    }

    GreyPicture usual() {
      return GreyPicture.of(enlarged);
    }
  }

  /** Landscapes of all kinds, nothing standing in them. */
  static List<Scenery> scenes(int count) {
    List<Scenery> scenes = new ArrayList<>();
    for (int n = 0; n < count; n++) {
      Land land = LANDS.get(n % 4);
      Ground ground = GROUNDS.get(n % 5);
      Time time = TIMES.get(n / 2 % 4);
      scenes.add(scenery(new SceneTraits(land, ground, time, n % 3 != 0, Set.of()), 100 + n));
    }
    return scenes;
  }

  static Scenery scenery(SceneTraits traits, long seed) {
    BufferedImage picture = new Scene(traits, seed).draw(SIDE);
    return new Scenery(picture, Lanczos.enlarge(halved(picture), SIDE, SIDE));
  }

  static SceneTraits landscape(Thing thing, int n, boolean with) {
    Ground ground =
        thing == Thing.HOUSE
            ? List.of(Ground.MEADOW, Ground.FOREST, Ground.DESERT).get(n % 3)
            : List.of(Ground.SEA, Ground.LAKE).get(n % 2);
    return new SceneTraits(
        LANDS.get(n % 4),
        ground,
        TIMES.get(n / 2 % 4),
        n % 3 == 0,
        with ? Set.of(thing) : Set.of());
  }

  static BufferedImage halved(BufferedImage picture) {
    int width = picture.getWidth() / 2;
    int height = picture.getHeight() / 2;
    BufferedImage half = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    for (int n = 0; n < width * height; n++) {
      int x = n % width * 2;
      int y = n / width * 2;
      int value = 0;
      for (int shift = 16; shift >= 0; shift -= 8) {
        int sum = 2;
        for (int k = 0; k < 4; k++) {
          sum += picture.getRGB(x + k % 2, y + k / 2) >> shift & 0xff;
        }
        value = value << 8 | sum / 4;
      }
      half.setRGB(n % width, n / width, value);
    }
    return half;
  }

  /** In 8 bits, as a file has it. */
  static GreyPicture changed(GreyPicture picture, Change change) {
    float[] values = new float[picture.values().length];
    for (int n = 0; n < values.length; n++) {
      double value = picture.values()[n] + change.at(n % picture.width(), n / picture.width());
      values[n] = Math.round(255 * Math.max(0, Math.min(1, value))) / 255f;
    }
    return new GreyPicture(picture.width(), picture.height(), values);
  }

  /** Every second window brighter, each border blurred over 8 pixels as the VAE does. */
  static GreyPicture stepped(GreyPicture picture, double grey, int period) {
    return changed(picture, (x, y) -> grey * (ramp(x, period) + ramp(y, period)));
  }

  private static double ramp(int place, int period) {
    double sum = 0;
    for (int k = 0; k < 8; k++) {
      sum += Math.floorMod(Math.floorDiv(place + k - 4, period), 2) / 8.0;
    }
    return sum;
  }

  static GreyPicture noisy(GreyPicture picture, double deviation, long seed) {
    Random random = new Random(seed);
    return changed(picture, (x, y) -> deviation * random.nextGaussian());
  }

  /** A quarter of a side, pasted half a picture away: as large, or half as large. */
  static BufferedImage twin(BufferedImage picture, int n, boolean small) {
    int piece = SIDE / 4;
    int left = n % 2 * SIDE / 2 + piece / 2;
    int top = n / 2 % 2 * SIDE / 2 + piece / 2;
    BufferedImage cut = picture.getSubimage(left, top, piece, piece);
    BufferedImage twin = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_INT_RGB);
    Graphics2D pen = twin.createGraphics();
    try {
      pen.drawImage(picture, 0, 0, null);
      pen.drawImage(small ? halved(cut) : cut, (left + SIDE / 2) % SIDE, top, null);
    } finally {
      pen.dispose();
    }
    return twin;
  }
}
