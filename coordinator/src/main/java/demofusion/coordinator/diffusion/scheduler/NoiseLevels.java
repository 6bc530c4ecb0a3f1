package demofusion.coordinator.diffusion.scheduler;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.model.SchedulerConfig;

/**
 * One trajectory: the timesteps that it visits and the noise level at each.
 *
 * @param timesteps t (steps)
 * @param sigmas σ (steps + 1), falling; the last is where the trajectory ends
 */
record NoiseLevels(float[] timesteps, double[] sigmas) {
  private static final double RHO = 7;

  NoiseLevels {
    if (sigmas.length != timesteps.length + 1) {
      throw new IllegalArgumentException(
          "%s timesteps need one more noise level than that, not %s"
              .formatted(timesteps.length, sigmas.length));
    }
  }

  /** The training's noise levels at these timesteps, and then that end. */
  static NoiseLevels at(double[] timesteps, TrainingSchedule training, double end) {
    double[] sigmas = new double[timesteps.length + 1];
    for (int step = 0; step < timesteps.length; step++) {
      sigmas[step] = training.sigmaAt(timesteps[step]);
    }
    sigmas[timesteps.length] = end;
    return rounded(timesteps, sigmas);
  }

  /** Between which levels Karras' curve runs. */
  record KarrasRange(double most, double least) {
    /** The file's sigma_max and sigma_min, or these where it has none. */
    static KarrasRange of(SchedulerConfig config, double most, double least) {
      double sigmaMin = positive(config, "sigma_min", least);
      double sigmaMax = positive(config, "sigma_max", most);
      if (sigmaMax < sigmaMin) {
        throw SchedulerConfig.refused(
            "sigma_max", sigmaMax, "it must not be below sigma_min, " + sigmaMin);
      }
      return new KarrasRange(sigmaMax, sigmaMin);
    }

    private static double positive(SchedulerConfig config, String key, double fallback) {
      double sigma = config.number(key, fallback);
      if (!(sigma > 0 && sigma < 1e6)) {
        throw SchedulerConfig.refused(key, sigma, "it must be between 0 and 1000000");
      }
      return sigma;
    }
  }

  /**
   * Karras noise levels (arXiv 2206.00364, equation 5), at the timesteps where the model knows
   * them, and then that end:
   *
   * <pre>
   *   σ_i = (σ_max^(1/ρ) + i/(N − 1)·(σ_min^(1/ρ) − σ_max^(1/ρ)))^ρ      i = 0 … N − 1, ρ = 7
   * </pre>
   *
   * @param isWhole whether timesteps are rounded, as the DPM family's are
   */
  static NoiseLevels karras(
      KarrasRange range, int steps, boolean isWhole, TrainingSchedule training, double end) {
    double first = StrictMath.pow(range.most, 1 / RHO);
    double last = StrictMath.pow(range.least, 1 / RHO);
    double stride = steps == 1 ? 0 : 1.0 / (steps - 1);
    double[] sigmas = new double[steps + 1];
    double[] timesteps = new double[steps];
    for (int step = 0; step < steps; step++) {
      double ramp = step > 0 && step == steps - 1 ? 1 : step * stride;
      sigmas[step] = StrictMath.pow(first + ramp * (last - first), RHO);
      double timestep = training.timestepAt(sigmas[step]);
      timesteps[step] = isWhole ? Math.rint(timestep) : timestep;
    }
    sigmas[steps] = end;
    return rounded(timesteps, sigmas);
  }

  /** Where the file's final_sigmas_type lets a trajectory end. */
  static double end(SchedulerConfig config, TrainingSchedule training) {
    String end = config.choice("final_sigmas_type", "zero", "zero", "sigma_min");
    return end.equals("zero") ? 0 : training.sigmaAt(0);
  }

  /** In float32, as diffusers keeps them. */
  private static NoiseLevels rounded(double[] timesteps, double[] sigmas) {
    float[] times = new float[timesteps.length];
    for (int step = 0; step < times.length; step++) {
      times[step] = (float) timesteps[step];
    }
    for (int step = 0; step < sigmas.length; step++) {
      sigmas[step] = (float) sigmas[step];
    }
    return new NoiseLevels(times, sigmas);
  }

  /** Refuses two steps at one noise level, between which a multistep solver has no slope. */
  NoiseLevels requireFalling() {
    for (int step = 1; step < timesteps.length; step++) {
      if (!(sigmas[step] < sigmas[step - 1])) {
        throw DemofusionException.badRequest(
            "steps "
                + timesteps.length
                + " repeat a noise level with this scheduler; use fewer steps");
      }
    }
    return this;
  }

  int steps() {
    return timesteps.length;
  }

  /** α before that step: the signal's share where the variance is 1. */
  double signal(int step) {
    return 1 / Math.sqrt(1 + sigmas[step] * sigmas[step]);
  }

  /** s before that step: the noise's share where the variance is 1. */
  double noise(int step) {
    return sigmas[step] * signal(step);
  }

  /** What is left of σ after that step. */
  double ratio(int step) {
    return sigmas[step + 1] / sigmas[step];
  }
}
