package demofusion.coordinator.diffusion.scheduler;

import demofusion.coordinator.diffusion.scheduler.FirstOrderSolver.Step;
import demofusion.coordinator.diffusion.scheduler.PredictionType.Estimate;
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
    PredictionType predicts = PredictionType.of(config);
    double[] timesteps =
        TimestepSpacing.of(config, TimestepSpacing.LEADING)
            .timesteps(training.timesteps(), steps, Schedulers.offset(config, training));
    int stride = training.timesteps() / steps;
    double end = config.flag("set_alpha_to_one", true) ? 1 : training.alphaBar(0);
    float[] whole = new float[steps];
    double[] sigmas = new double[steps + 1];
    List<Step> table = new ArrayList<>();
    for (int step = 0; step < steps; step++) {
      int timestep = (int) Math.rint(timesteps[step]);
      double alphaBar = training.alphaBar(timestep);
      double alphaBarAfter = timestep >= stride ? training.alphaBar(timestep - stride) : end;
      whole[step] = timestep;
      sigmas[step] = sigma(alphaBar);
      sigmas[step + 1] = sigma(alphaBarAfter);
      Estimate clean = predicts.clean(Math.sqrt(alphaBar), Math.sqrt(1 - alphaBar));
      Estimate noise = predicts.noise(Math.sqrt(alphaBar), Math.sqrt(1 - alphaBar));
      double signalAfter = Math.sqrt(alphaBarAfter);
      double noiseAfter = Math.sqrt(1 - alphaBarAfter);
      table.add(
          new Step(
              signalAfter * clean.sample() + noiseAfter * noise.sample(),
              signalAfter * clean.prediction() + noiseAfter * noise.prediction(),
              0));
    }
    return new FirstOrderSolver(
        new NoiseLevels(whole, sigmas), LatentSpace.VARIANCE_PRESERVING, 1, table);
  }

  /** σ of ᾱ. */
  static double sigma(double alphaBar) {
    return Math.sqrt((1 - alphaBar) / alphaBar);
  }
}
