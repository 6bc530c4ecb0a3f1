package demofusion.coordinator.diffusion.scheduler;

import demofusion.coordinator.diffusion.scheduler.level.NoiseLevels;
import demofusion.coordinator.diffusion.scheduler.level.TrainingSchedule;
import demofusion.coordinator.diffusion.scheduler.step.FirstOrderSolver;
import demofusion.coordinator.diffusion.scheduler.step.FirstOrderSolver.Step;
import demofusion.coordinator.diffusion.scheduler.step.LatentSpace;
import demofusion.coordinator.diffusion.scheduler.step.PredictionType;
import demofusion.coordinator.diffusion.scheduler.step.PredictionType.Estimate;
import demofusion.coordinator.diffusion.scheduler.step.Scheduler;
import demofusion.protocol.model.SchedulerConfig;
import java.util.ArrayList;
import java.util.List;

/**
 * Trajectory consistency distillation (Zheng et al., arXiv 2402.19159, algorithm 4; diffusers'
 * TCDScheduler with its η): every step jumps to a time u below the next timestep t', and noises it
 * up to t' again.
 *
 * <pre>
 *   y  = α_u·z + s_u·ε                                        u = ⌊(1 − η)·t'⌋
 *   x ← √(ᾱ'/ᾱ_u)·y + √(1 − ᾱ'/ᾱ_u)·n
 * </pre>
 *
 * With η = 0 nothing is noised again, with η = 1 every step is noised from the cleanest timestep.
 * The last step goes to t' = 0, not to the clean latent. The timesteps are {@link Lcm}'s.
 */
final class Tcd {
  static final double STANDARD_ETA = 0.3;

  private Tcd() {}

  /**
   * @param timesteps that it visits
   * @param eta η, in [0, 1]
   */
  static Scheduler create(
      SchedulerConfig config, TrainingSchedule training, int[] timesteps, double eta) {
    int steps = timesteps.length;
    config.requireFalse("thresholding");
    config.requireFalse("clip_sample");
    PredictionType predicts = PredictionType.of(config);
    float[] times = new float[steps];
    double[] sigmas = new double[steps + 1];
    List<Step> table = new ArrayList<>();
    for (int step = 0; step < steps; step++) {
      times[step] = timesteps[step];
      int next = step + 1 < steps ? timesteps[step + 1] : 0;
      double now = training.alphaBar(timesteps[step]);
      double after = training.alphaBar(next);
      double jumped = training.alphaBar((int) Math.floor((1 - eta) * next));
      sigmas[step] = Ddim.sigma(now);
      sigmas[step + 1] = Ddim.sigma(after);
      Estimate clean = predicts.requireSignal(now).clean(now);
      Estimate noise = predicts.noise(now);
      double signal = Math.sqrt(after); // α_u times √(ᾱ'/ᾱ_u)
      double rest = Math.sqrt((1 - jumped) * after / jumped);
      table.add(
          new Step(
              signal * clean.sample() + rest * noise.sample(),
              signal * clean.prediction() + rest * noise.prediction(),
              Math.sqrt(1 - after / jumped)));
    }
    return new FirstOrderSolver(
        new NoiseLevels(times, sigmas), LatentSpace.VARIANCE_PRESERVING, 1, table);
  }
}
