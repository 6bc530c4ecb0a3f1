package demofusion.worker.model.sdxl;

import demofusion.protocol.latent.Tensor;

/** A landscape of sines: day on the left, night on the right, hills with a grain in front. */
final class ProceduralScene {
  private ProceduralScene() {}

  /** (3, height, width) in [−1, 1]. */
  static Tensor draw(int height, int width) {
    Tensor scene = Tensor.zeros(3, height, width);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        double u = (double) x / height; // equal steps in both directions
        double v = (double) y / height;
        double day = 1 / (1 + Math.exp(12 * ((double) x / width - 0.6)));
        double hills = 0.55 + 0.12 * Math.sin(5 * u) + 0.05 * Math.sin(17 * u + 1);
        double grain = Math.sin(61 * u + 40 * v) * Math.sin(23 * u - 71 * v);
        double sun = day * Math.exp(-300 * (square(u - 0.5) + square(v - 0.2)));
        boolean sky = v < hills;
        double red = sky ? day * (0.3 + 0.5 * v) + sun : 0.1 + 0.2 * day + 0.1 * grain;
        double green = sky ? day * (0.5 + 0.3 * v) + sun : 0.15 + 0.3 * day + 0.12 * grain;
        double blue = sky ? 0.2 + day * (0.7 - 0.3 * v) : 0.15 + 0.05 * grain;
        put(scene, 0, y, x, red);
        put(scene, 1, y, x, green);
        put(scene, 2, y, x, blue);
      }
    }
    return scene;
  }

  private static void put(Tensor scene, int channel, int y, int x, double value) {
    int place = (channel * scene.shape()[1] + y) * scene.shape()[2] + x;
    scene.values()[place] = (float) (2 * Math.min(1, Math.max(0, value)) - 1);
  }

  private static double square(double x) {
    return x * x;
  }
}
