package demofusion.coordinator.diffusion.scheduler.level;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.model.SchedulerConfig;
import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;

/**
 * One trajectory: the timesteps that it visits and the noise level at each.
 *
 * @param timesteps t (steps)
 * @param sigmas σ (steps + 1), falling; the last is where the trajectory ends
 */
public record NoiseLevels(float[] timesteps, double[] sigmas) {
  public NoiseLevels {
    if (sigmas.length != timesteps.length + 1) {
      throw new IllegalArgumentException(
          "%s timesteps need one more noise level than that, not %s"
              .formatted(timesteps.length, sigmas.length));
    }
  }

  /** The training's noise levels at these timesteps, and then that end. */
  public static NoiseLevels at(double[] timesteps, TrainingSchedule training, double end) {
    return ending(timesteps, Arrays.stream(timesteps).map(training::sigmaAt).toArray(), end);
  }

  /** These noise levels, at the times that the model is told for them, and then that end. */
  public static NoiseLevels of(double[] sigmas, DoubleUnaryOperator timestep, double end) {
    return ending(Arrays.stream(sigmas).map(timestep).toArray(), sigmas, end);
  }

  /** Where the file's final_sigmas_type lets a trajectory end. */
  public static double end(SchedulerConfig config, TrainingSchedule training) {
    String end = config.choice("final_sigmas_type", "zero", "zero", "sigma_min");
    return end.equals("zero") ? 0 : training.sigmaAt(0);
  }

  /** As they are, and then that end; in float32, as diffusers keeps them. */
  public static NoiseLevels ending(double[] timesteps, double[] sigmas, double end) {
    float[] times = new float[timesteps.length];
    double[] levels = new double[sigmas.length + 1];
    for (int step = 0; step < times.length; step++) {
      times[step] = (float) timesteps[step];
      levels[step] = (float) sigmas[step];
    }
    levels[sigmas.length] = (float) end;
    return new NoiseLevels(times, levels);
  }

  /** The same levels at the nearest whole timesteps. */
  public NoiseLevels atWholeTimesteps() {
    float[] times = timesteps.clone();
    for (int step = 0; step < times.length; step++) {
      times[step] = (float) Math.rint(times[step]);
    }
    return new NoiseLevels(times, sigmas);
  }

  /** Refuses two steps at one noise level, between which a multistep solver has no slope. */
  public NoiseLevels requireFalling() {
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

  public int steps() {
    return timesteps.length;
  }

  /** α before that step: the signal's share where the variance is 1. */
  public double signal(int step) {
    return 1 / Math.sqrt(1 + sigmas[step] * sigmas[step]);
  }

  /** s before that step: the noise's share where the variance is 1. */
  public double noise(int step) {
    return Double.isInfinite(sigmas[step]) ? 1 : sigmas[step] * signal(step);
  }

  /** h: how much λ = −ln σ grows in that step. */
  public double length(int step) {
    return -StrictMath.log(ratio(step));
  }

  /** What is left of σ after that step. */
  public double ratio(int step) {
    return sigmas[step + 1] / sigmas[step];
  }
}
