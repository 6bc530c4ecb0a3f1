package demofusion.deploy.compare.scene;

import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What a landscape's caption says: "LAND and GROUND, TIME[, a sun or a full moon][, THING]".
 * Colours are as the canvas mixes them; nobody writes into them.
 *
 * @param things one or none
 */
public record SceneTraits(Land land, Ground ground, Time time, boolean disc, Set<Thing> things) {
  private static final List<String> DISCS = List.of("a sun", "a full moon");

  public SceneTraits {
    things = Set.copyOf(things);
  }

  /** Mountains of a kind. */
  @SuppressWarnings("ImmutableEnumChecker")
  public enum Land {
    SNOWY("snowy mountains", 0x686c7c, 0xf4f8ff, 0.42, 1, 0.30),
    GREEN("green hills", 0x4a8042, 0x78a854, 2, 0.45, 0.16),
    RED("red canyon cliffs", 0xb05634, 0xde8c5a, 0.75, 0.9, 0.22),
    VOLCANO("a dark volcano", 0x3a3034, 0xec6024, 0.8, 0.8, 0.34);

    final String words;
    final float[] rock;
    final float[] top;
    final double snow; // where the top's colour begins, of the height
    final double rough;
    final double height;

    Land(String words, int rock, int top, double snow, double rough, double height) {
      this.words = words;
      this.rock = Canvas.colour(rock);
      this.top = Canvas.colour(top);
      this.snow = snow;
      this.rough = rough;
      this.height = height;
    }
  }

  /** What lies before them. */
  @SuppressWarnings("ImmutableEnumChecker")
  public enum Ground {
    LAKE("a calm lake", 0x225470),
    SEA("the open sea", 0x144678),
    MEADOW("a flower meadow", 0x5c963a),
    FOREST("a pine forest", 0x34542c),
    DESERT("a sandy desert", 0xe2ba78);

    final String words;
    final float[] colour;

    Ground(String words, int colour) {
      this.words = words;
      this.colour = Canvas.colour(colour);
    }

    /** Whether boats sail on it. */
    public boolean isWater() {
      return this == LAKE || this == SEA;
    }
  }

  /** When: the light. */
  @SuppressWarnings("ImmutableEnumChecker")
  public enum Time {
    DAWN("at dawn", "in the early morning", 0x5c68a8, 0xeeaa96, 0xffd6aa, 1, 0xffbe96, 0xf4c4b0),
    DAY("on a clear day", "at noon", 0x347ace, 0x84bcec, 0xcee6f6, 1.15, 0xfffaeb, 0xc4dcf0),
    SUNSET(
        "at sunset",
        "in the golden evening",
        0x3a2c68,
        0xce584e,
        0xffb04a,
        0.85,
        0xff9650,
        0xe88c64),
    NIGHT("at night", "under the stars", 0x060a20, 0x121e46, 0x304270, 0.42, 0x829be1, 0x2c3a64);

    final List<String> words;
    final float[] top;
    final float[] mid;
    final float[] low;
    final double light;
    final float[] tint;
    final float[] fog;

    Time(String one, String other, int top, int mid, int low, double light, int tint, int fog) {
      this.words = List.of(one, other);
      this.top = Canvas.colour(top);
      this.mid = Canvas.colour(mid);
      this.low = Canvas.colour(low);
      this.light = light;
      this.tint = Canvas.colour(tint);
      this.fog = Canvas.colour(fog);
    }
  }

  /** What there is one of. */
  public enum Thing {
    SAILBOAT("a white sailboat"),
    HOUSE("a small house"),
    LIGHTHOUSE("a lighthouse"),
    BALLOON("a red hot-air balloon");

    final String words;

    Thing(String words) {
      this.words = words;
    }

    @Override
    public String toString() {
      return words;
    }
  }

  /** The thing, if there is one. */
  public Optional<Thing> thing() {
    return things.stream().findFirst();
  }

  /** The same landscape with another thing, or with none. */
  public SceneTraits with(Set<Thing> others) {
    return new SceneTraits(land, ground, time, disc, others);
  }

  /** Reads a caption; empty: it is not one of these landscapes. */
  public static Optional<SceneTraits> parse(String caption) {
    String[] parts = caption.strip().split(", ", -1);
    if (parts.length < 2) {
      return Optional.empty();
    }
    Set<Thing> things = EnumSet.noneOf(Thing.class);
    boolean disc = false;
    for (String part : List.of(parts).subList(2, parts.length)) {
      if (DISCS.contains(part)) {
        disc = true;
      } else {
        Optional<Thing> thing =
            List.of(Thing.values()).stream().filter(each -> each.words.equals(part)).findFirst();
        if (thing.isEmpty() || !things.isEmpty()) {
          return Optional.empty();
        }
        things.add(thing.get());
      }
    }
    for (Land land : Land.values()) {
      for (Ground ground : Ground.values()) {
        for (Time time : Time.values()) {
          if (parts[0].equals(land.words + " and " + ground.words)
              && time.words.contains(parts[1])) {
            return Optional.of(new SceneTraits(land, ground, time, disc, things));
          }
        }
      }
    }
    return Optional.empty();
  }
}
