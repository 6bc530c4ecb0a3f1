package demofusion.coordinator.diffusion.scheduler;

import demofusion.coordinator.diffusion.scheduler.level.NoiseLevels;
import demofusion.coordinator.diffusion.scheduler.level.TimestepSpacing;
import demofusion.coordinator.diffusion.scheduler.level.TrainingSchedule;
import demofusion.coordinator.diffusion.scheduler.step.FirstOrderSolver;
import demofusion.coordinator.diffusion.scheduler.step.FirstOrderSolver.Step;
import demofusion.coordinator.diffusion.scheduler.step.LatentSpace;
import demofusion.coordinator.diffusion.scheduler.step.PredictionType;
import demofusion.coordinator.diffusion.scheduler.step.PredictionType.Estimate;
import demofusion.coordinator.diffusion.scheduler.step.Scheduler;
import demofusion.coordinator.diffusion.scheduler.step.SolverBase.Update;
import demofusion.protocol.model.SchedulerConfig;
import java.util.ArrayList;
import java.util.List;

/**
 * DDIM without randomness (Song et al., arXiv 2010.02502, equation 12 with σ = 0; diffusers'
 * DDIMScheduler with η = 0):
 *
 * <pre>
 *   x ← √ᾱ'·z + √(1 − ᾱ')·ε        z = (x − √(1 − ᾱ)·ε)/√ᾱ
 * </pre>
 *
 * z, ε: clean latent and noise as predicted; ᾱ: the share of signal at this timestep, ᾱ' at the one
 * that lies one even stride further, wherever the spacing goes next.
 */
final class Ddim {
  private Ddim() {}

  static Scheduler create(SchedulerConfig config, TrainingSchedule training, int steps) {
    config.requireFalse("thresholding");
    PredictionType predicts = PredictionType.of(config);
    double clip = clip(config);
    double[] timesteps =
        TimestepSpacing.of(config, TimestepSpacing.LEADING)
            .timesteps(training.timesteps(), steps, Schedulers.offset(config, training));
    int stride = training.timesteps() / steps;
    double end = config.flag("set_alpha_to_one", true) ? 1 : training.alphaBar(0);
    int[] visited = new int[steps];
    double[] after = new double[steps];
    for (int step = 0; step < steps; step++) {
      visited[step] = (int) Math.rint(timesteps[step]);
      after[step] = visited[step] >= stride ? training.alphaBar(visited[step] - stride) : end;
    }
    return along(visited, after, training, predicts, clip);
  }

  /**
   * Without clipping, each step to the next of these timesteps, the last to the cleanest of all
   * (set_alpha_to_one false).
   */
  static Scheduler along(int[] timesteps, TrainingSchedule training, PredictionType predicts) {
    double[] after = new double[timesteps.length];
    for (int step = 0; step < after.length; step++) {
      after[step] = training.alphaBar(step + 1 < after.length ? timesteps[step + 1] : 0);
    }
    return along(timesteps, after, training, predicts, 0);
  }

  /**
   * @param after ᾱ' of each step
   * @param clip bounds of z; 0: none
   */
  private static Scheduler along(
      int[] timesteps,
      double[] after,
      TrainingSchedule training,
      PredictionType predicts,
      double clip) {
    int steps = timesteps.length;
    float[] whole = new float[steps];
    double[] sigmas = new double[steps + 1];
    List<Update> table = new ArrayList<>();
    for (int step = 0; step < steps; step++) {
      double alphaBar = training.alphaBar(timesteps[step]);
      whole[step] = timesteps[step];
      sigmas[step] = sigma(alphaBar);
      sigmas[step + 1] = sigma(after[step]);
      Estimate clean = predicts.requireSignal(alphaBar).clean(alphaBar);
      Estimate noise = predicts.noise(alphaBar);
      double signalAfter = Math.sqrt(after[step]);
      double noiseAfter = Math.sqrt(1 - after[step]);
      table.add(
          clip > 0
              ? new ClippedStep(clean, noise, (float) clip, (float) signalAfter, (float) noiseAfter)
              : new Step(
                  signalAfter * clean.sample() + noiseAfter * noise.sample(),
                  signalAfter * clean.prediction() + noiseAfter * noise.prediction(),
                  0));
    }
    return new FirstOrderSolver(
        new NoiseLevels(whole, sigmas), LatentSpace.VARIANCE_PRESERVING, 1, table);
  }

  /** The step where z is clipped, value by value; the noise is not made anew from it. */
  private record ClippedStep(
      Estimate clean, Estimate epsilon, float clip, float signalAfter, float noiseAfter)
      implements Update {
    @Override
    public void apply(float[] xs, float[] predictions, float[][] memory) {
      for (int n = 0; n < xs.length; n++) {
        double z = clean.sample() * xs[n] + clean.prediction() * predictions[n];
        double e = epsilon.sample() * xs[n] + epsilon.prediction() * predictions[n];
        xs[n] = (float) (signalAfter * Math.max(-clip, Math.min(clip, z)) + noiseAfter * e);
      }
    }
  }

  /**
   * Between which bounds z is kept: clip_sample_range where the file says clip_sample, which its
   * own class takes for said where it is absent; 0: none. Files of other classes that do not know
   * the key are of latent models, which are not clipped.
   */
  private static double clip(SchedulerConfig config) {
    String ownClass = config.text("_class_name", "");
    boolean isSaid = ownClass.startsWith("DDIM") || ownClass.startsWith("DDPM");
    if (!config.flag("clip_sample", isSaid)) {
      return 0;
    }
    double range = config.number("clip_sample_range", 1);
    if (!(range > 0)) {
      throw SchedulerConfig.refused("clip_sample_range", range, "it must be above 0");
    }
    return range;
  }

  /** σ of ᾱ. */
  static double sigma(double alphaBar) {
    return Math.sqrt((1 - alphaBar) / alphaBar);
  }
}
