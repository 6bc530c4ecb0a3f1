package demofusion.deploy.compare.scene;

import static demofusion.deploy.compare.scene.Canvas.clip;

import demofusion.deploy.compare.scene.SceneTraits.Ground;
import demofusion.deploy.compare.scene.SceneTraits.Time;

/** What lies below a landscape's horizon: water that mirrors what is above it, or land. */
final class SceneGround {
  private final SceneTraits traits;
  private final long seed;
  private final double horizon;

  SceneGround(SceneTraits traits, long seed, double horizon) {
    this.traits = traits;
    this.seed = seed;
    this.horizon = horizon;
  }

  void paint(Canvas canvas) {
    if (traits.ground().isWater()) {
      water(canvas);
    } else {
      land(canvas);
    }
  }

  private FractalNoise noise(int stream, int base, int octaves, double gain) {
    return new FractalNoise(seed * 7 + stream, base, octaves, gain);
  }

  /** How far below the horizon, 0 to 1 at the picture's foot. */
  private double near(int y, int side) {
    return clip(((double) y / side - horizon) / (1 - horizon));
  }

  private double below(int y, int side) {
    return clip(((double) y / side - horizon) * side / 1.5);
  }

  private void water(Canvas canvas) {
    boolean lake = traits.ground() == Ground.LAKE;
    int side = canvas.side;
    float[] ripple = noise(31, 6, 7, 0.55).plane(side, 9);
    float[] sky = canvas.rgb.clone();
    float[] deep = Canvas.mixed(new float[3], traits.ground().colour, traits.time().light);
    for (int y = 0; y < side; y++) {
      double near = near(y, side);
      int mirrored = Math.max(0, Math.min(side - 1, 2 * (int) (horizon * side) - y));
      for (int x = 0; x < side; x++) {
        double wave = ripple[y * side + x] - 0.5;
        int moved = (int) (wave * (lake ? 0.02 : 0.10) * side * (0.3 + near));
        int row = Math.max(0, Math.min(side - 1, mirrored + moved));
        float[] colour = new float[3];
        double deepShare = lake ? 0.25 + 0.5 * near : 0.55 + 0.25 * near;
        double glint = wave * (lake ? 0.12 : 0.5) * (0.3 + near);
        for (int c = 0; c < 3; c++) {
          double mirror = 0.92 * sky[3 * (row * side + x) + c];
          colour[c] =
              (float) (mirror + (deep[c] - mirror) * deepShare + glint * traits.time().tint[c]);
        }
        canvas.paint(y * side + x, colour, below(y, side));
      }
    }
  }

  private void land(Canvas canvas) {
    Time time = traits.time();
    int side = canvas.side;
    boolean desert = traits.ground() == Ground.DESERT;
    float[] soil = noise(41, 5, 9, 0.62).plane(side, 2.5);
    float[] dunes = desert ? noise(42, 2, 4, 0.5).plane(side, 2) : FractalNoise.none(side);
    for (int pixel = 0; pixel < side * side; pixel++) {
      int y = pixel / side;
      double here = (double) y / side;
      double near = near(y, side);
      double bright = (0.62 + 0.75 * soil[pixel]) * time.light;
      if (desert) {
        double dune = Math.sin((here * 9 + 1.6 * dunes[pixel]) * 6.28 * (1.2 - 0.6 * near));
        bright *= 0.9 + 0.18 * dune + 0.08 * Math.sin(here * side * 0.35 + soil[pixel] * 40) * near;
      }
      float[] colour = new float[3];
      for (int c = 0; c < 3; c++) {
        colour[c] = (float) (traits.ground().colour[c] * bright * (0.6 + 0.4 * time.tint[c]));
      }
      double haze = Math.max(0, Math.min(0.5, 0.5 - near * 2.5));
      canvas.paint(pixel, Canvas.mixed(colour, time.fog, haze), below(y, side));
    }
  }
}
