package demofusion.coordinator.diffusion.scheduler;

import demofusion.coordinator.diffusion.Parallel;
import demofusion.coordinator.diffusion.random.StepNoise;
import demofusion.coordinator.diffusion.scheduler.PredictionType.Estimate;
import demofusion.coordinator.diffusion.storage.Slab;
import demofusion.protocol.model.SchedulerConfig;
import demofusion.protocol.model.SchedulerKind;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * DPM-Solver++(2M) (Lu et al. 2022, algorithm 2), and its stochastic form, with Karras noise levels
 * or without: x ← a·x + b·z + c·z₋ + d·normals, z being the clean latent as predicted and z₋ the
 * one of the step before. With λ = −ln σ a step is h = λ' − λ long, so that e^(−h) = σ'/σ.
 */
final class DpmSolver extends SolverBase {
  private static final String LAST_CLEAN = "lastClean";
  // Below this many steps diffusers lets the last one be of first order.
  private static final int FEW_STEPS = 15;

  private static final Set<SchedulerKind> KARRAS =
      EnumSet.of(SchedulerKind.DPMPP_2M_KARRAS, SchedulerKind.DPMPP_2M_SDE_KARRAS);
  private static final Set<SchedulerKind> STOCHASTIC =
      EnumSet.of(SchedulerKind.DPMPP_2M_SDE, SchedulerKind.DPMPP_2M_SDE_KARRAS);

  /** One step's scalars: a, b, c, d. */
  private record Update(float sample, float clean, float lastClean, float noise) {
    Update(double sample, double clean, double lastClean, double noise) {
      this((float) sample, (float) clean, (float) lastClean, (float) noise);
    }
  }

  /** One step: how z follows from x and prediction, and both orders' updates. */
  private record Step(float sample, float prediction, Update first, Update second) {}

  private final List<Step> table;

  private DpmSolver(NoiseLevels levels, boolean stochastic, List<Step> table) {
    super(levels, LatentSpace.VARIANCE_PRESERVING, 1, stochastic);
    this.table = List.copyOf(table);
  }

  /** The kind, not the file, says whether noise levels are Karras' and whether noise is added. */
  static Scheduler create(
      SchedulerConfig config, SchedulerKind kind, TrainingSchedule training, int steps) {
    requireNothingClipped(config, training);
    NoiseLevels levels = DpmFamily.levels(config, training, steps, KARRAS.contains(kind));
    boolean stochastic = STOCHASTIC.contains(kind);
    PredictionType predicts = PredictionType.of(config);
    // UniPC's and DEIS's own types stand for midpoint, as in diffusers.
    boolean heun =
        config
            .choice("solver_type", "midpoint", "midpoint", "heun", "bh1", "bh2", "logrho")
            .equals("heun");
    boolean firstOrderOnly = DpmFamily.order(config) == 1;
    List<Step> table = new ArrayList<>();
    for (int step = 0; step < steps; step++) {
      Estimate clean = predicts.clean(levels.signal(step), levels.noise(step));
      Update first = first(levels, step, stochastic);
      boolean second =
          !firstOrderOnly && step > 0 && (step < steps - 1 || !endsInFirstOrder(config, steps));
      table.add(
          new Step(
              (float) clean.sample(),
              (float) clean.prediction(),
              first,
              second ? second(levels, step, stochastic, heun) : first));
    }
    return new DpmSolver(levels, stochastic, table);
  }

  /** lambda_min_clipped cuts off the noisiest timesteps, those with λ below it. */
  private static void requireNothingClipped(SchedulerConfig config, TrainingSchedule training) {
    double clipped = config.number("lambda_min_clipped", Double.NEGATIVE_INFINITY);
    double least = -StrictMath.log(training.sigmaAt(training.timesteps() - 1));
    if (clipped > least) {
      throw SchedulerConfig.refused(
          "lambda_min_clipped", clipped, "it must not be above the schedule's lowest, " + least);
    }
  }

  private static boolean endsInFirstOrder(SchedulerConfig config, int steps) {
    return config.flag("euler_at_final", false)
        || (config.flag("lower_order_final", true) && steps < FEW_STEPS)
        || config.choice("final_sigmas_type", "zero", "zero", "sigma_min").equals("zero");
  }

  private static Update first(NoiseLevels levels, int step, boolean stochastic) {
    double decay = stochastic ? square(levels.ratio(step)) : levels.ratio(step);
    return new Update(
        sample(levels, step, stochastic),
        levels.signal(step + 1) * (1 - decay),
        0,
        stochastic ? levels.noise(step + 1) * Math.sqrt(1 - decay) : 0);
  }

  private static Update second(NoiseLevels levels, int step, boolean stochastic, boolean heun) {
    double ratio = levels.ratio(step);
    double h = -StrictMath.log(ratio);
    double lastH = -StrictMath.log(levels.ratio(step - 1));
    double decay = stochastic ? square(ratio) : ratio;
    double exponent = stochastic ? -2 * h : -h;
    double slope = heun && h > 0 ? 1 + (1 - decay) / exponent : (1 - decay) / 2;
    // z's slope over λ is (z − z₋)/lastH; over this step that is h times as much.
    double share = levels.signal(step + 1) * slope * h / lastH;
    Update first = first(levels, step, stochastic);
    return new Update(
        sample(levels, step, stochastic),
        levels.signal(step + 1) * (1 - decay) + share,
        -share,
        first.noise);
  }

  private static double sample(NoiseLevels levels, int step, boolean stochastic) {
    double kept = levels.noise(step + 1) / levels.noise(step);
    return stochastic ? kept * levels.ratio(step) : kept;
  }

  private static double square(double value) {
    return value * value;
  }

  @Override
  public void step(
      int step,
      float[] latent,
      float[] prediction,
      SolverHistory history,
      @Nullable StepNoise noise) {
    Step scalars = table.get(step);
    Update update = history.steps() == 0 ? scalars.first : scalars.second;
    Slab lastClean = history.slab(LAST_CLEAN, latent.length);
    float[] normals = draw(step, update.noise, latent.length, history, noise);
    Parallel.forRanges(
        latent.length,
        GRAIN,
        (from, to) -> {
          combine(scalars, update, latent, prediction, history, lastClean, from, to);
          if (update.noise != 0) {
            FirstOrderSolver.add(update.noise, normals, latent, from, to);
          }
        });
    history.advance();
  }

  private static void combine(
      Step scalars,
      Update update,
      float[] latent,
      float[] prediction,
      SolverHistory history,
      Slab lastClean,
      int from,
      int to) {
    float[] xs = new float[BAND];
    float[] predictions = new float[BAND];
    float[] cleans = new float[BAND];
    for (int at = from; at < to; at += BAND) {
      int count = Math.min(BAND, to - at);
      System.arraycopy(latent, at, xs, 0, count);
      System.arraycopy(prediction, at, predictions, 0, count);
      history.recall(lastClean, at, cleans, count);
      combine(scalars, update, xs, predictions, cleans);
      lastClean.write(at, cleans, 0, count);
      System.arraycopy(xs, 0, latent, at, count);
    }
  }

  private static void combine(
      Step scalars, Update update, float[] xs, float[] predictions, float[] cleans) {
    float zx = scalars.sample;
    float zp = scalars.prediction;
    float a = update.sample;
    float b = update.clean;
    float c = update.lastClean;
    for (int n = 0; n < BAND; n++) {
      float clean = zx * xs[n] + zp * predictions[n];
      xs[n] = a * xs[n] + b * clean + c * cleans[n];
      cleans[n] = clean;
    }
  }
}
