package demofusion.deploy.compare.scene;

import demofusion.deploy.compare.scene.SceneTraits.Ground;
import demofusion.deploy.compare.scene.SceneTraits.Thing;
import demofusion.deploy.compare.scene.SceneTraits.Time;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Random;

/** What stands in a landscape: flowers, pines, and the one thing that its caption names. */
final class SceneThings {
  private static final int[] FLOWERS = {0xec404a, 0xface46, 0xf0f0fa, 0xba60d6};

  private final SceneTraits traits;
  private final Scene scene;
  private final long seed;

  SceneThings(SceneTraits traits, Scene scene, long seed) {
    this.traits = traits;
    this.scene = scene;
    this.seed = seed;
  }

  void draw(BufferedImage picture) {
    Graphics2D pen = picture.createGraphics();
    try {
      new Drawing(pen, picture.getWidth()).all();
    } finally {
      pen.dispose();
    }
  }

  /** One drawing, at one size. */
  private final class Drawing {
    private final Graphics2D pen;
    private final double side;

    private Drawing(Graphics2D pen, int side) {
      this.pen = pen;
      this.side = side;
    }

    private void all() {
      if (traits.ground() == Ground.MEADOW) {
        flowers();
      } else if (traits.ground() == Ground.FOREST) {
        pines();
      }
      for (Thing thing : traits.things()) {
        double x = scene.thingX * side;
        double unit = scene.thingSize * side;
        switch (thing) {
          case SAILBOAT -> sailboat(x, (scene.horizon + 0.16) * side, unit);
          case HOUSE -> house(x, (scene.horizon + 0.22) * side, unit);
          case LIGHTHOUSE -> lighthouse(x, (scene.horizon + 0.10) * side, unit);
          case BALLOON -> balloon(x, (0.30 + 0.12 * (scene.thingSize - 1)) * side, 0.062 * unit);
        }
      }
    }

    private Color lit(int rgb, double bright) {
      float[] colour = Canvas.colour(rgb);
      for (int c = 0; c < 3; c++) {
        double light = traits.time().light * bright * (0.6 + 0.4 * traits.time().tint[c]);
        colour[c] = (float) Canvas.clip(colour[c] * light);
      }
      return new Color(colour[0], colour[1], colour[2]);
    }

    private void polygon(Color colour, double... points) {
      Path2D path = new Path2D.Double();
      path.moveTo(points[0], points[1]);
      for (int n = 2; n < points.length; n += 2) {
        path.lineTo(points[n], points[n + 1]);
      }
      path.closePath();
      pen.setColor(colour);
      pen.fill(path);
    }

    /** Both corners' pixels belong to it. */
    private void rectangle(Color colour, double left, double top, double right, double bottom) {
      pen.setColor(colour);
      double x = Math.floor(left);
      double y = Math.floor(top);
      pen.fill(new Rectangle2D.Double(x, y, Math.floor(right) - x + 1, Math.floor(bottom) - y + 1));
    }

    private void ellipse(Color colour, double x, double y, double across, double down) {
      pen.setColor(colour);
      pen.fill(new Ellipse2D.Double(x - across, y - down, 2 * across, 2 * down));
    }

    private void flowers() {
      Random random = new Random(seed * 31 + 9);
      double[][] places = new double[1500][];
      for (int n = 0; n < places.length; n++) {
        places[n] =
            new double[] {
              Math.pow(random.nextDouble(), 1.4), random.nextDouble(), random.nextInt(4)
            };
      }
      Arrays.sort(places, Comparator.comparingDouble(place -> place[0]));
      for (double[] place : places) {
        double y = scene.horizon + 0.03 + place[0] * (0.97 - scene.horizon);
        double radius = Math.max(0.5, side * 0.0045 * (0.15 + place[0]));
        ellipse(lit(FLOWERS[(int) place[2]], 1), place[1] * side, y * side, radius, radius);
      }
    }

    private void pines() {
      Random random = new Random(seed * 31 + 9);
      double[][] places = new double[230][];
      for (int n = 0; n < places.length; n++) {
        places[n] =
            new double[] {
              Math.pow(random.nextDouble(), 0.9),
              random.nextDouble(),
              Scene.within(random, 0.75, 1.3)
            };
      }
      Arrays.sort(places, Comparator.comparingDouble(place -> place[0]));
      for (double[] place : places) {
        double y = (scene.horizon + 0.02 + place[0] * (1.02 - scene.horizon)) * side;
        pine(place[1] * side, y, side * 0.15 * (0.22 + place[0]) * place[2], place[0]);
      }
    }

    private void pine(double x, double y, double height, double near) {
      rectangle(lit(0x4a3628, 1), x - height * 0.03, y - height * 0.2, x + height * 0.03, y);
      for (int branch = 0; branch < 5; branch++) {
        double foot = y - height * (0.12 + 0.17 * branch);
        double wide = height * (0.27 - 0.045 * branch);
        double top = foot - height * 0.34;
        double bright = 0.55 + 0.35 * near + 0.1 * (branch % 2);
        polygon(lit(0x225c3a, bright), x - wide, foot, x + wide, foot, x, top);
        polygon(lit(0x184630, bright), x, foot, x + wide, foot, x, top);
      }
    }

    private void sailboat(double x, double y, double u) {
      double low = y + .026 * u;
      polygon(lit(0x78422c, 1), x - .07 * u, y, x + .07 * u, y, x + .05 * u, low, x - .05 * u, low);
      double boom = y - .01 * u;
      polygon(
          lit(0xfafafa, 1.1), x + .004 * u, boom, x + .004 * u, y - .17 * u, x + .066 * u, boom);
      polygon(lit(0xe2e6ee, 1.1), x - .004 * u, boom, x - .004 * u, y - .14 * u, x - .05 * u, boom);
    }

    private void house(double x, double y, double u) {
      double eaves = y - .07 * u;
      rectangle(lit(0xe2d0b4, 1), x - .06 * u, eaves, x + .06 * u, y);
      polygon(lit(0x963a30, 1), x - .078 * u, eaves, x + .078 * u, eaves, x, y - .128 * u);
      boolean dark = traits.time() == Time.NIGHT || traits.time() == Time.SUNSET;
      Color glow = dark ? new Color(0xffd66e) : lit(0x6e8caa, 1);
      for (double left : new double[] {-.036, .014}) {
        rectangle(glow, x + left * u, y - .052 * u, x + (left + .022) * u, y - .030 * u);
      }
      rectangle(lit(0x603c28, 1), x - .011 * u, y - .036 * u, x + .011 * u, y);
    }

    private void lighthouse(double x, double y, double u) {
      ellipse(lit(0x5c5854, 1), x, y + .006 * u, .075 * u, .024 * u);
      for (int band = 0; band < 5; band++) {
        double below = (.026 - .0024 * band) * u;
        double above = (.026 - .0024 * (band + 1)) * u;
        double foot = y - .042 * band * u;
        double top = y - .042 * (band + 1) * u;
        Color colour = lit(band % 2 == 1 ? 0xeeeeee : 0xce3430, 1.05);
        polygon(colour, x - below, foot, x + below, foot, x + above, top, x - above, top);
      }
      rectangle(new Color(0xffec96), x - .012 * u, y - .236 * u, x + .012 * u, y - .21 * u);
      polygon(
          lit(0x782828, 1),
          x - .018 * u,
          y - .236 * u,
          x + .018 * u,
          y - .236 * u,
          x,
          y - .262 * u);
    }

    private void balloon(double x, double y, double radius) {
      for (int stripe = 0; stripe < 7; stripe++) {
        Color colour = lit(stripe % 2 == 0 ? 0xd6302c : 0xf6d678, 1.1);
        ellipse(colour, x, y, radius * (1 - stripe / 7.0), radius);
      }
      double low = y + radius * 1.5;
      polygon(
          lit(0xbe2828, 1),
          x - radius * .78,
          y + radius * .62,
          x + radius * .78,
          y + radius * .62,
          x + radius * .2,
          low,
          x - radius * .2,
          low);
      rectangle(
          lit(0x6e4a2c, 1), x - radius * .2, y + radius * 1.62, x + radius * .2, y + radius * 1.95);
    }
  }
}
