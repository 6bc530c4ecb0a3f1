package demofusion.deploy.compare.measure;

import demofusion.deploy.compare.scene.Scene;
import demofusion.deploy.compare.scene.SceneTraits;
import demofusion.deploy.compare.scene.SceneTraits.Ground;
import demofusion.deploy.compare.scene.SceneTraits.Land;
import demofusion.deploy.compare.scene.SceneTraits.Thing;
import demofusion.deploy.compare.scene.SceneTraits.Time;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * How often a thing is in a picture of one of the miniature's landscapes: eight drawings of it, two
 * for each time of day, are looked for at several sizes.
 */
final class ThingCount {
  /** What the model's native side becomes, and of the scenes that drawings are cut from. */
  private static final int SMALL = 128;

  private static final int MARGIN = 2;
  private static final double NEXT_SCALE = 0.793700526; // 2^(−1/3)
  private static final double LEAST_DEVIATION = 0.4;
  private static final double MOST_DEVIATION = 2.2;

  /**
   * How well a drawing must fit: one in twenty scenes without the thing passes. Lighthouses are not
   * counted: across the horizon their drawings fit too much else. Nor are balloons.
   */
  private static final Map<Thing, Double> THRESHOLDS =
      Map.of(Thing.SAILBOAT, 0.77, Thing.HOUSE, 0.67);

  private static final Map<Thing, List<Planes>> DRAWINGS = new EnumMap<>(Thing.class);

  static {
    THRESHOLDS.keySet().forEach(thing -> DRAWINGS.put(thing, drawings(thing)));
  }

  private ThingCount() {}

  /** Where one was found. */
  record Found(double fit, double x, double y, double width, double height) {
    /** More than a third of the smaller one. */
    boolean overlaps(Found other) {
      double across = Math.min(x + width, other.x + other.width) - Math.max(x, other.x);
      double down = Math.min(y + height, other.y + other.height) - Math.max(y, other.y);
      return across > 0
          && down > 0
          && across * down > Math.min(width * height, other.width * other.height) / 3;
    }
  }

  private static List<Planes> drawings(Thing thing) {
    Ground ground = thing == Thing.HOUSE ? Ground.MEADOW : Ground.SEA;
    List<Planes> drawings = new ArrayList<>();
    for (Time time : Time.values()) {
      for (int seed = 1; seed <= 2; seed++) {
        SceneTraits without = new SceneTraits(Land.GREEN, ground, time, false, Set.of());
        drawings.add(
            cut(
                new Scene(without.with(Set.of(thing)), seed).draw(SMALL),
                new Scene(without, seed).draw(SMALL)));
      }
    }
    return drawings;
  }

  /** The thing: where the two differ. */
  private static Planes cut(BufferedImage with, BufferedImage without) {
    int left = SMALL;
    int top = SMALL;
    int right = 0;
    int bottom = 0;
    for (int y = 0; y < SMALL; y++) {
      for (int x = 0; x < SMALL; x++) {
        if (with.getRGB(x, y) != without.getRGB(x, y)) {
          left = Math.min(left, x);
          top = Math.min(top, y);
          right = Math.max(right, x + 1);
          bottom = Math.max(bottom, y + 1);
        }
      }
    }
    left = Math.max(0, left - MARGIN);
    top = Math.max(0, top - MARGIN);
    right = Math.min(SMALL, right + MARGIN);
    bottom = Math.min(SMALL, bottom + MARGIN);
    return Planes.of(with).cut(left, top, right - left, bottom - top);
  }

  /** What is counted in a landscape: the thing that it has, else the one that could stand there. */
  static Set<Thing> sought(SceneTraits traits) {
    Thing likely = traits.ground().isWater() ? Thing.SAILBOAT : Thing.HOUSE;
    return traits
        .thing()
        .map(thing -> THRESHOLDS.containsKey(thing) ? Set.of(thing) : Set.<Thing>of())
        .orElse(Set.of(likely));
  }

  /**
   * @param nativeSide of the model's own pictures, in pixels
   */
  static int of(BufferedImage picture, Set<Thing> things, int nativeSide) {
    return things.stream()
        .mapToInt(
            thing -> find(picture, thing, nativeSide, THRESHOLDS.getOrDefault(thing, 1.0)).size())
        .sum();
  }

  /** Those that fit at least so well, the best first; none overlap. */
  static List<Found> find(BufferedImage picture, Thing thing, int nativeSide, double threshold) {
    double scale = (double) SMALL / nativeSide;
    Planes whole = Planes.of(picture);
    double smallest = (double) nativeSide / Math.max(picture.getWidth(), picture.getHeight());
    List<Found> all = new ArrayList<>();
    for (double size = 1; size > smallest * 0.95 || size == 1; size *= NEXT_SCALE) {
      int width = (int) Math.round(picture.getWidth() * scale * size);
      int height = (int) Math.round(picture.getHeight() * scale * size);
      Planes small = whole.resized(width, height);
      Spread spread = Spread.of(small);
      double grown = size;
      List<List<Found>> found =
          DRAWINGS.getOrDefault(thing, List.of()).parallelStream()
              .map(drawing -> find(small, spread, drawing, grown, threshold))
              .toList();
      found.forEach(all::addAll);
    }
    all.sort(Comparator.comparingDouble(Found::fit).reversed());
    List<Found> apart = new ArrayList<>();
    for (Found each : all) {
      if (apart.stream().noneMatch(each::overlaps)) {
        apart.add(each);
      }
    }
    return apart;
  }

  private static List<Found> find(
      Planes small, Spread spread, Planes drawing, double size, double threshold) {
    List<Found> found = new ArrayList<>();
    if (drawing.width() > small.width() || drawing.height() > small.height()) {
      return found;
    }
    float[] fit = small.fit(drawing, spread, LEAST_DEVIATION, MOST_DEVIATION);
    int across = small.width() - drawing.width() + 1;
    for (int n = 0; n < fit.length; n++) {
      if (fit[n] >= threshold) {
        int row = n / across;
        found.add(
            new Found(
                fit[n],
                n % across / size,
                row / size,
                drawing.width() / size,
                drawing.height() / size));
      }
    }
    return found;
  }
}
