package demofusion.coordinator.diffusion.scheduler.level;

/**
 * The noise levels of evenly spaced times, whole or not (WebUI's and ComfyUI's "Normal", which
 * visits the cleanest timestep, and "SGM Uniform", which leaves it out as Stability's own code
 * does):
 *
 * <pre>
 *   t_i = T·(1 − i/(N − 1))   normal
 *   t_i = T·(1 − i/N)         sgm-uniform      i = 0 … N − 1, T the last timestep
 * </pre>
 */
final class EvenTimeLevels {
  private EvenTimeLevels() {}

  static NoiseLevels normal(TrainingSchedule training, int steps) {
    return over(training, steps, Math.max(1, steps - 1));
  }

  static NoiseLevels sgmUniform(TrainingSchedule training, int steps) {
    return over(training, steps, steps);
  }

  private static NoiseLevels over(TrainingSchedule training, int steps, int strides) {
    int last = training.timesteps() - 1;
    double[] timesteps = new double[steps];
    double[] sigmas = new double[steps];
    for (int step = 0; step < steps; step++) {
      timesteps[step] = last * (1 - step / (double) strides);
      sigmas[step] = training.geometricSigmaAt(timesteps[step]);
    }
    return NoiseLevels.ending(timesteps, sigmas, 0);
  }
}
