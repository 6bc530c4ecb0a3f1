package demofusion.deploy.compare.scene;

import static demofusion.deploy.compare.scene.Canvas.clip;

import demofusion.deploy.compare.scene.SceneTraits.Land;
import demofusion.deploy.compare.scene.SceneTraits.Time;
import java.awt.image.BufferedImage;
import java.util.Random;

/**
 * One landscape: what its traits leave open is decided by a seed, and the same seed drawn larger
 * shows the same scene with finer detail. It has the formulas of the miniature's training pictures,
 * but not their random numbers.
 */
public final class Scene {
  private static final double DISC_RADIUS = 0.052;

  private final SceneTraits traits;
  private final long seed;
  final double discX;
  final double discY;
  final double horizon;
  final double clouds;
  final double thingX;
  final double thingSize;
  private final double volcanoX;

  public Scene(SceneTraits traits, long seed) {
    this.traits = traits;
    this.seed = seed;
    Random random = new Random(seed * 1_000_003 + 777);
    discX = within(random, 0.15, 0.85);
    discY = within(random, 0.10, 0.30);
    horizon = within(random, 0.50, 0.62);
    clouds = random.nextDouble();
    thingX = within(random, 0.2, 0.8);
    thingSize = within(random, 0.8, 1.25);
    volcanoX = within(random, 0.2, 0.8);
  }

  static double within(Random random, double from, double to) {
    return from + (to - from) * random.nextDouble();
  }

  /** The picture, as large as wanted. */
  public BufferedImage draw(int side) {
    Canvas canvas = new Canvas(side);
    sky(canvas);
    if (traits.disc()) {
      disc(canvas);
    }
    mountains(canvas, 0);
    mountains(canvas, 1);
    new SceneGround(traits, seed, horizon).paint(canvas);
    BufferedImage picture = canvas.picture();
    new SceneThings(traits, this, seed).draw(picture);
    return picture;
  }

  private FractalNoise noise(int stream, int base, int octaves, double gain) {
    return new FractalNoise(seed * 7 + stream, base, octaves, gain);
  }

  private void sky(Canvas canvas) {
    Time time = traits.time();
    int side = canvas.side;
    float[] cloud = noise(1, 3, 7, 0.55).plane(side, 2.6);
    float[] white =
        Canvas.mixed(time.low, Canvas.mixed(new float[3], time.tint, Math.min(1, time.light)), 0.6);
    for (int y = 0; y < side; y++) {
      double down = clip(y / (side * horizon));
      float[] colour =
          down < 0.6
              ? Canvas.mixed(time.top, time.mid, down / 0.6)
              : Canvas.mixed(time.mid, time.low, (down - 0.6) / 0.4);
      for (int x = 0; x < side; x++) {
        canvas.paint(y * side + x, colour, 1);
      }
    }
    if (time == Time.NIGHT) {
      stars(canvas);
    }
    double thickest = time == Time.NIGHT ? 0.35 : 0.75;
    for (int pixel = 0; pixel < side * side; pixel++) {
      int row = pixel / side;
      double above = clip((horizon - (double) row / side) * 5);
      double share = clip((cloud[pixel] - (0.62 - 0.16 * clouds)) * 5) * above;
      canvas.paint(pixel, white, share * thickest);
    }
  }

  private void stars(Canvas canvas) {
    Random random = new Random(seed * 31 + 5);
    int radius = Math.max(1, canvas.side / 512);
    for (int star = 0; star < 420; star++) {
      int left = (int) (random.nextDouble() * canvas.side);
      int top = (int) (random.nextDouble() * horizon * canvas.side);
      double bright = 0.35 + 0.65 * Math.pow(random.nextDouble(), 3);
      for (int y = Math.max(0, top - radius + 1); y < Math.min(canvas.side, top + radius); y++) {
        for (int x = Math.max(0, left - radius + 1);
            x < Math.min(canvas.side, left + radius);
            x++) {
          canvas.add(y * canvas.side + x, new float[] {1, 1, 1}, bright);
        }
      }
    }
  }

  private void disc(Canvas canvas) {
    boolean moon = traits.time() == Time.NIGHT;
    float[] colour = moon ? new float[] {0.93f, 0.94f, 0.98f} : new float[] {1, 0.96f, 0.82f};
    int side = canvas.side;
    float[] face = moon ? noise(2, 24, 4, 0.5).plane(side, 1) : FractalNoise.none(side);
    for (int pixel = 0; pixel < side * side; pixel++) {
      int row = pixel / side;
      double far = Math.hypot((double) (pixel % side) / side - discX, (double) row / side - discY);
      canvas.add(pixel, colour, 0.55 * Math.exp(-far / 0.10) * (moon ? 0.5 : 1));
      double inside = clip((DISC_RADIUS - far) * side / 1.5);
      double bright = moon ? 0.78 + 0.3 * face[pixel] : 1;
      canvas.paint(pixel, Canvas.mixed(new float[3], colour, bright), inside);
    }
  }

  /**
   * @param layer 0 far, 1 near
   */
  private void mountains(Canvas canvas, int layer) {
    Land land = traits.land();
    Time time = traits.time();
    int side = canvas.side;
    double foot = horizon + 0.015 * layer;
    double height = land.height * (layer == 0 ? 1 : 0.55);
    double haze = 0.45 * (layer == 0 ? 1 : 0.55);
    float[] line = noise(11 + layer, 3 + 2 * layer, 9, 0.40 + 0.12 * land.rough).line(side);
    float[] rock = noise(21 + layer, 10, 7, 0.6).plane(side, 0.8);
    int shadow = side / 90 + 1;
    for (int x = 0; x < side; x++) {
      double top = foot - Math.max(0.005, rise(line[x], (double) x / side, height, layer));
      for (int y = 0; y < side; y++) {
        double here = (double) y / side;
        double inside = here < horizon + 0.03 ? clip((here - top) * side / 1.2) : 0;
        if (inside == 0) {
          continue;
        }
        int pixel = y * side + x;
        double up = clip((foot - here) / (height * 1.3));
        double texture = rock[pixel];
        double beside = rock[y * side + Math.floorMod(x - shadow, side)];
        double shade = 0.62 + 0.75 * (texture - beside) * 4 + 0.4 * (texture - 0.5);
        double bright = Math.max(0.25, Math.min(1.5, shade));
        if (land == Land.RED) {
          bright *= 0.86 + 0.14 * Math.sin(here * 260 + texture * 6);
        }
        float[] body = Canvas.mixed(new float[3], land.rock, bright);
        double snow = clip((up - land.snow + (texture - 0.5) * 0.5) * 9);
        double snowBright = Math.max(0, Math.min(1.1, 0.75 + shade * 0.3));
        body = Canvas.mixed(body, Canvas.mixed(new float[3], land.top, snowBright), snow);
        for (int c = 0; c < 3; c++) {
          body[c] *= (float) (time.light * (0.55 + 0.45 * time.tint[c]));
        }
        canvas.paint(pixel, Canvas.mixed(body, time.fog, clip(haze * (1 - up * 0.8))), inside);
      }
    }
  }

  private double rise(double noise, double x, double height, int layer) {
    double line = (noise - 0.5) * height * 2 + height * 0.75;
    if (traits.land() == Land.VOLCANO && layer == 0) {
      double cone = Math.pow(clip(1 - Math.abs(x - volcanoX) / 0.34), 1.25);
      line = Math.max(Math.min(cone, 0.86) * height * 1.15 + (noise - 0.5) * 0.05, line * 0.35);
    }
    return traits.land() == Land.RED ? Math.rint(line / 0.045) * 0.045 * 0.8 + line * 0.2 : line;
  }
}
