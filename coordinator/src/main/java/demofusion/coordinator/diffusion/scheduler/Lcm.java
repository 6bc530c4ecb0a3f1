package demofusion.coordinator.diffusion.scheduler;

import demofusion.coordinator.diffusion.scheduler.level.NoiseLevels;
import demofusion.coordinator.diffusion.scheduler.level.TrainingSchedule;
import demofusion.coordinator.diffusion.scheduler.step.FirstOrderSolver;
import demofusion.coordinator.diffusion.scheduler.step.FirstOrderSolver.Step;
import demofusion.coordinator.diffusion.scheduler.step.LatentSpace;
import demofusion.coordinator.diffusion.scheduler.step.PredictionType;
import demofusion.coordinator.diffusion.scheduler.step.PredictionType.Estimate;
import demofusion.coordinator.diffusion.scheduler.step.Scheduler;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.model.SchedulerConfig;
import demofusion.protocol.model.Solver;
import java.util.ArrayList;
import java.util.List;

/**
 * Latent consistency models (Luo et al., arXiv 2310.04378, algorithm 3; diffusers' LCMScheduler):
 * every step jumps to the clean latent f, and all but the last noise it again for the next.
 *
 * <pre>
 *   f  = c_skip·x + c_out·z
 *   x ← α'·f + s'·n
 *   c_skip = σ_d²/((k·t)² + σ_d²)      c_out = k·t/√((k·t)² + σ_d²)
 * </pre>
 *
 * z: the clean latent as predicted; t: this timestep, k its timestep_scaling, σ_d = ½; α', s':
 * signal and noise at the next timestep (1 and 0 after the last); n: fresh normals. The timesteps
 * are chosen from those of the distillation.
 */
final class Lcm {
  /** σ_data of the boundary condition (their appendix; diffusers fixes it). */
  private static final double SIGMA_DATA = 0.5;

  private Lcm() {}

  /**
   * @param timesteps that it visits
   */
  static Scheduler create(SchedulerConfig config, TrainingSchedule training, int[] timesteps) {
    int steps = timesteps.length;
    config.requireFalse("thresholding");
    config.requireFalse("clip_sample");
    PredictionType predicts = PredictionType.of(config);
    double scaling = config.number("timestep_scaling", 10);
    float[] times = new float[steps];
    double[] sigmas = new double[steps + 1];
    List<Step> table = new ArrayList<>();
    for (int step = 0; step < steps; step++) {
      times[step] = timesteps[step];
      double alphaBar = training.alphaBar(timesteps[step]);
      sigmas[step] = Ddim.sigma(alphaBar);
      double alphaBarAfter = step + 1 < steps ? training.alphaBar(timesteps[step + 1]) : 1;
      Estimate clean = predicts.requireSignal(alphaBar).clean(alphaBar);
      double scaled = timesteps[step] * scaling;
      double norm = scaled * scaled + SIGMA_DATA * SIGMA_DATA;
      double skip = SIGMA_DATA * SIGMA_DATA / norm;
      double out = scaled / Math.sqrt(norm);
      double signalAfter = Math.sqrt(alphaBarAfter);
      table.add(
          new Step(
              signalAfter * (out * clean.sample() + skip),
              signalAfter * out * clean.prediction(),
              Math.sqrt(1 - alphaBarAfter)));
    }
    return new FirstOrderSolver(
        new NoiseLevels(times, sigmas), LatentSpace.VARIANCE_PRESERVING, 1, table);
  }

  /** About evenly spaced among the distillation's own timesteps, the noisiest first. */
  static int[] timesteps(
      SchedulerConfig config, TrainingSchedule training, int steps, Solver solver) {
    int distilled = distilled(config, training);
    if (steps > distilled) {
      throw DemofusionException.badRequest(
          ("steps %s must be at most %s with %s, the model's original_inference_steps; 4 "
                  + "to 8 is usual")
              .formatted(steps, distilled, solver));
    }
    int stride = training.timesteps() / distilled;
    int[] timesteps = new int[steps];
    for (int step = 0; step < steps; step++) {
      int rank = (int) Math.floor(step * (distilled / (double) steps));
      timesteps[step] = (distilled - rank) * stride - 1;
    }
    return timesteps;
  }

  /** How many timesteps the distillation had. */
  static int distilled(SchedulerConfig config, TrainingSchedule training) {
    return config.integer("original_inference_steps", 50, 1, training.timesteps());
  }
}
