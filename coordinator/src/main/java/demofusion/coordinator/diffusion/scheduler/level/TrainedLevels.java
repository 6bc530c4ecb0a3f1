package demofusion.coordinator.diffusion.scheduler.level;

import java.util.stream.IntStream;

/**
 * Noise levels picked from those of the training (WebUI's and ComfyUI's "Simple" and "DDIM", which
 * ComfyUI calls ddim_uniform):
 *
 * <pre>
 *   j_i = T − 1 − ⌊i·T/N⌋            simple            i = 0 … N − 1, of T timesteps
 *   j   = … 1 + 2k, 1 + k, 1 &lt; T     ddim-uniform      k = ⌊T/N⌋; they may be more than N
 * </pre>
 */
final class TrainedLevels {
  private TrainedLevels() {}

  static NoiseLevels simple(TrainingSchedule training, int steps) {
    double stride = training.timesteps() / (double) steps;
    return at(
        training,
        IntStream.range(0, steps).map(n -> training.timesteps() - 1 - (int) (n * stride)));
  }

  static NoiseLevels ddimUniform(TrainingSchedule training, int steps) {
    int stride = training.timesteps() / steps;
    int count = ddimSteps(training.timesteps(), steps);
    return at(training, IntStream.range(0, count).map(n -> 1 + (count - 1 - n) * stride));
  }

  /** How many there are of them. */
  static int ddimSteps(int trained, int steps) {
    int stride = Math.max(1, trained / steps);
    return (trained - 2) / stride + 1;
  }

  private static NoiseLevels at(TrainingSchedule training, IntStream ranks) {
    double[] timesteps = ranks.asDoubleStream().toArray();
    return NoiseLevels.at(timesteps, training, 0);
  }
}
