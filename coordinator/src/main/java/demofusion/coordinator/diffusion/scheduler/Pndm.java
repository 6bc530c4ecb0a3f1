package demofusion.coordinator.diffusion.scheduler;

import demofusion.coordinator.diffusion.scheduler.level.NoiseLevels;
import demofusion.coordinator.diffusion.scheduler.level.TimestepSpacing;
import demofusion.coordinator.diffusion.scheduler.level.TrainingSchedule;
import demofusion.coordinator.diffusion.scheduler.step.LatentSpace;
import demofusion.coordinator.diffusion.scheduler.step.MultistepSolver;
import demofusion.coordinator.diffusion.scheduler.step.MultistepSolver.Combination;
import demofusion.coordinator.diffusion.scheduler.step.PredictionType;
import demofusion.coordinator.diffusion.scheduler.step.PredictionType.Estimate;
import demofusion.coordinator.diffusion.scheduler.step.Scheduler;
import demofusion.coordinator.diffusion.scheduler.step.SolverBase;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.model.SchedulerConfig;
import java.util.ArrayList;
import java.util.List;

/**
 * Pseudo linear multistep, of order 4 (Liu et al., arXiv 2202.09778, equations 11 and 12;
 * diffusers' PNDMScheduler with skip_prk_steps, WebUI's PLMS): steps like {@link Ddim}'s, along a
 * combination e of what the model said last.
 *
 * <pre>
 *   x ← √(ᾱ'/ᾱ)·x − (ᾱ' − ᾱ)·ε/(ᾱ·√(1 − ᾱ') + √(ᾱ·(1 − ᾱ)·ᾱ'))
 *   e = (e₀ + e')/2      the phase's first step, which asks again where e₀ leads: e'
 *   e = (3e₀ − e₁)/2, (23e₀ − 16e₁ + 5e₂)/12, (55e₀ − 59e₁ + 37e₂ − 9e₃)/24 with more history
 * </pre>
 *
 * The model's answers are combined as they are; where they are velocities, the combination becomes
 * the noise ε with the x that the step starts from.
 */
final class Pndm extends SolverBase {
  private static final double[][] ADAMS_BASHFORTH = {
    {1},
    {3 / 2.0, -1 / 2.0},
    {23 / 12.0, -16 / 12.0, 5 / 12.0},
    {55 / 24.0, -59 / 24.0, 37 / 24.0, -9 / 24.0},
  };

  /** One step: what x and the combination e become. */
  private record Step(double sample, double prediction) {}

  /** The first half of the first step: keeps e₀, and in the last slab what is sure of the step. */
  private record First(float a, float b) implements Update {
    @Override
    public void apply(float[] xs, float[] predictions, float[][] memory) {
      float[] sure = memory[memory.length - 1];
      for (int n = 0; n < xs.length; n++) {
        sure[n] = a * xs[n] + b / 2 * predictions[n];
        memory[0][n] = predictions[n];
        xs[n] = a * xs[n] + b * predictions[n];
      }
    }
  }

  private record Second(float b) implements Update {
    @Override
    public void apply(float[] xs, float[] predictions, float[][] memory) {
      float[] sure = memory[memory.length - 1];
      for (int n = 0; n < xs.length; n++) {
        xs[n] = sure[n] + b / 2 * predictions[n];
      }
    }
  }

  private final NoiseLevels levels;
  private final List<Step> table;

  private Pndm(NoiseLevels levels, List<Step> table) {
    // The step's sure part lies where the eldest answer will, which the first steps have none of.
    super(levels, LatentSpace.VARIANCE_PRESERVING, 1, false, List.of("said1", "said2", "said3"));
    this.levels = levels;
    this.table = List.copyOf(table);
  }

  static Scheduler create(SchedulerConfig config, TrainingSchedule training, int steps) {
    boolean isOwn = config.text("_class_name", "").startsWith("PNDM");
    if (!config.flag("skip_prk_steps", !isOwn)) {
      throw SchedulerConfig.refused(
          "skip_prk_steps", false, "it must be true: Runge-Kutta steps are not drawn");
    }
    if (steps == 1) {
      throw DemofusionException.badRequest("steps 1 must be at least 2 with pndm");
    }
    PredictionType predicts = PredictionType.of(config);
    double[] timesteps =
        TimestepSpacing.of(config, TimestepSpacing.LEADING)
            .timesteps(training.timesteps(), steps, Schedulers.offset(config, training));
    int stride = training.timesteps() / steps;
    double end = config.flag("set_alpha_to_one", false) ? 1 : training.alphaBar(0);
    float[] whole = new float[steps];
    double[] sigmas = new double[steps + 1];
    List<Step> table = new ArrayList<>();
    for (int step = 0; step < steps; step++) {
      int timestep = (int) Math.rint(timesteps[step]);
      double now = training.alphaBar(timestep);
      double after = timestep >= stride ? training.alphaBar(timestep - stride) : end;
      whole[step] = timestep;
      sigmas[step] = Ddim.sigma(now);
      sigmas[step + 1] = Ddim.sigma(after);
      double share =
          -(after - now) / (now * Math.sqrt(1 - after) + Math.sqrt(now * (1 - now) * after));
      Estimate noise = predicts.noise(now);
      table.add(
          new Step(Math.sqrt(after / now) + share * noise.sample(), share * noise.prediction()));
    }
    return new Pndm(new NoiseLevels(whole, sigmas), table);
  }

  @Override
  public int evaluations(int step, int done) {
    return done == 0 && step + 1 < steps() ? 2 : 1;
  }

  @Override
  public float secondTimestep(int step) {
    return levels.timesteps()[step + 1];
  }

  @Override
  public float secondInputScale(int step) {
    return 1;
  }

  @Override
  public double secondSigma(int step) {
    return levels.sigmas()[step + 1];
  }

  @Override
  protected Update update(int step, int done) {
    Step now = table.get(step);
    if (evaluations(step, done) == 2) {
      return new First((float) now.sample, (float) now.prediction);
    }
    double[] weights = ADAMS_BASHFORTH[Math.min(done, ADAMS_BASHFORTH.length - 1)].clone();
    for (int n = 0; n < weights.length; n++) {
      weights[n] *= now.prediction;
    }
    return MultistepSolver.update(new Combination(new Estimate(0, 1), now.sample, weights, 0));
  }

  @Override
  protected Update secondUpdate(int step) {
    return new Second((float) table.get(step).prediction);
  }
}
