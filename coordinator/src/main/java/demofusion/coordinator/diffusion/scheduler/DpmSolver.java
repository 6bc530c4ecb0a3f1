package demofusion.coordinator.diffusion.scheduler;

import demofusion.coordinator.diffusion.scheduler.level.NoiseLevels;
import demofusion.coordinator.diffusion.scheduler.level.SigmaSpacing;
import demofusion.coordinator.diffusion.scheduler.level.TrainingSchedule;
import demofusion.coordinator.diffusion.scheduler.step.LatentSpace;
import demofusion.coordinator.diffusion.scheduler.step.PredictionType;
import demofusion.coordinator.diffusion.scheduler.step.PredictionType.Estimate;
import demofusion.coordinator.diffusion.scheduler.step.Scheduler;
import demofusion.coordinator.diffusion.scheduler.step.SolverBase;
import demofusion.protocol.model.SchedulerConfig;
import demofusion.protocol.model.SchedulerKind;
import demofusion.protocol.model.Solver;
import demofusion.protocol.model.Spacing;
import java.util.ArrayList;
import java.util.List;

/**
 * DPM-Solver++(2M) and its stochastic form (Lu et al., arXiv 2211.01095, algorithm 2 and
 * SDE-DPM-Solver++(2M); diffusers' DPMSolverMultistepScheduler, with algorithm_type dpmsolver++ and
 * sde-dpmsolver++):
 *
 * <pre>
 *   D  = (1 + 1/(2r))·z − 1/(2r)·z₋                                   r = h₋/h
 *   x ← (s'/s)·x − α'·(e^(−h) − 1)·D                                  2M
 *   x ← (s'/s)·e^(−h)·x + α'·(1 − e^(−2h))·D + s'·√(1 − e^(−2h))·n    SDE 2M
 * </pre>
 *
 * z: the clean latent as predicted, z₋: the one of the step before; ' marks the next timestep; n:
 * fresh normals. With λ = ln(α/s) = −ln σ a step is h = λ' − λ long and the one before h₋, so that
 * e^(−h) = σ'/σ. The first step has D = z. The solver type "heun" has α'·(1 + (e^(−h) − 1)/h)·(z −
 * z₋)/r where 2M has α'·(1 − e^(−h))/2·(z − z₋)/r; with 2h for h, so has SDE 2M.
 */
final class DpmSolver extends SolverBase {
  private static final String LAST_CLEAN = "lastClean";

  /** z = zx·x + zp·prediction, then x ← a·x + b·z + c·z₋ + noise·n. */
  private record Combination(float zx, float zp, float a, float b, float c, float noise)
      implements Update {
    static Combination of(Estimate clean, double a, double b, double c, double noise) {
      return new Combination(
          (float) clean.sample(),
          (float) clean.prediction(),
          (float) a,
          (float) b,
          (float) c,
          (float) noise);
    }

    @Override
    public void apply(float[] xs, float[] predictions, float[][] memory) {
      float[] cleans = memory[0];
      for (int n = 0; n < xs.length; n++) {
        float clean = zx * xs[n] + zp * predictions[n];
        xs[n] = a * xs[n] + b * clean + c * cleans[n];
        cleans[n] = clean;
      }
    }
  }

  /** One step in both orders; the first is a phase's first step's, wherever the phase begins. */
  private record Step(Update first, Update second) {}

  private final List<Step> table;

  private DpmSolver(
      NoiseLevels levels, double initNoiseSigma, boolean stochastic, List<Step> table) {
    super(levels, LatentSpace.VARIANCE_PRESERVING, initNoiseSigma, stochastic, List.of(LAST_CLEAN));
    this.table = List.copyOf(table);
  }

  /** The kind, not the file, says whether noise levels are Karras' and whether noise is added. */
  static Scheduler create(
      SchedulerConfig config, SchedulerKind kind, TrainingSchedule training, int asked) {
    config.requireFalse("thresholding");
    DpmFamily.requireNothingClipped(config, training);
    Spacing named = Schedulers.named(kind);
    NoiseLevels levels =
        named == null
            ? DpmFamily.asInFile(
                config.with("use_karras_sigmas", kind.spacing() == Spacing.KARRAS), training, asked)
            : SigmaSpacing.named(named, training, asked).atWholeTimesteps().requireFalling();
    int steps = levels.steps();
    boolean stochastic = kind.solver() == Solver.DPMPP_2M_SDE;
    PredictionType predicts = PredictionType.of(config);
    boolean heun = DpmFamily.isHeun(config);
    boolean firstOrderOnly = DpmFamily.order(config) == 1;
    List<Step> table = new ArrayList<>();
    for (int step = 0; step < steps; step++) {
      Estimate clean = predicts.clean(levels.signal(step), levels.noise(step));
      Update first = first(levels, step, clean, stochastic);
      boolean second =
          !firstOrderOnly
              && step > 0
              && (step < steps - 1 || !DpmFamily.endsInFirstOrder(config, steps));
      table.add(new Step(first, second ? second(levels, step, clean, stochastic, heun) : first));
    }
    // From noise alone k-diffusion begins at σ·n where diffusers has √(σ² + 1)·n.
    return new DpmSolver(levels, named == null ? 1 : levels.noise(0), stochastic, table);
  }

  private static Update first(NoiseLevels levels, int step, Estimate clean, boolean stochastic) {
    double decay = decay(levels, step, stochastic);
    return Combination.of(
        clean,
        sample(levels, step, stochastic),
        levels.signal(step + 1) * (1 - decay),
        0,
        noise(levels, step, stochastic));
  }

  private static Update second(
      NoiseLevels levels, int step, Estimate clean, boolean stochastic, boolean heun) {
    double h = -StrictMath.log(levels.ratio(step));
    double lastH = -StrictMath.log(levels.ratio(step - 1));
    double decay = decay(levels, step, stochastic);
    double exponent = stochastic ? -2 * h : -h;
    double slope = heun && h > 0 ? 1 + (1 - decay) / exponent : (1 - decay) / 2;
    // z's slope over λ is (z − z₋)/lastH; over this step that is h times as much.
    double share = levels.signal(step + 1) * slope * h / lastH;
    return Combination.of(
        clean,
        sample(levels, step, stochastic),
        levels.signal(step + 1) * (1 - decay) + share,
        -share,
        noise(levels, step, stochastic));
  }

  private static double sample(NoiseLevels levels, int step, boolean stochastic) {
    double kept = levels.noise(step + 1) / levels.noise(step);
    return stochastic ? kept * levels.ratio(step) : kept;
  }

  /** e^(−h), or e^(−2h) for the stochastic form. */
  private static double decay(NoiseLevels levels, int step, boolean stochastic) {
    double ratio = levels.ratio(step);
    return stochastic ? ratio * ratio : ratio;
  }

  private static double noise(NoiseLevels levels, int step, boolean stochastic) {
    return stochastic ? levels.noise(step + 1) * Math.sqrt(1 - decay(levels, step, true)) : 0;
  }

  @Override
  protected Update update(int step, int done) {
    return done == 0 ? table.get(step).first : table.get(step).second;
  }
}
