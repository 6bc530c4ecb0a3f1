package demofusion.coordinator.diffusion.scheduler;

import demofusion.coordinator.diffusion.scheduler.UniPcUpdates.Corrector;
import demofusion.coordinator.diffusion.scheduler.UniPcUpdates.Predictor;
import demofusion.coordinator.diffusion.scheduler.level.NoiseLevels;
import demofusion.coordinator.diffusion.scheduler.level.SigmaSpacing;
import demofusion.coordinator.diffusion.scheduler.level.TrainingSchedule;
import demofusion.coordinator.diffusion.scheduler.step.LatentSpace;
import demofusion.coordinator.diffusion.scheduler.step.PredictionType;
import demofusion.coordinator.diffusion.scheduler.step.PredictionType.Estimate;
import demofusion.coordinator.diffusion.scheduler.step.Scheduler;
import demofusion.coordinator.diffusion.scheduler.step.SolverBase;
import demofusion.protocol.model.SchedulerConfig;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * UniPC on clean latents, of order 2 or 1 (Zhao et al., arXiv 2302.04867, algorithms 5 to 8;
 * diffusers' UniPCMultistepScheduler): each step first corrects the latent by what the model said
 * of it (UniC), then predicts the next one (UniP). {@link UniPcUpdates} has the formulas.
 */
final class UniPc extends SolverBase {
  private static final String LAST_SAMPLE = "lastSample";
  private static final String CLEAN_1 = "clean1";
  private static final String CLEAN_2 = "clean2";

  /**
   * One step: how z₀ follows from x and prediction, and the updates by order, the first order
   * first.
   *
   * @param order the most that this step may have
   */
  private record Step(
      Estimate clean, int order, List<Corrector> correctors, List<Predictor> predictors) {}

  /** Corrects x, then predicts the next. */
  private record Correction(float zx, float zp, Corrector corrector, Predictor predictor)
      implements Update {
    @Override
    public void apply(float[] xs, float[] predictions, float[][] memory) {
      correct(xs, predictions, memory[0], memory[1], memory[2]);
      predict(xs, memory[1], memory[2]);
    }

    /** z₁ and z₂ move one step back as they are used: z₀ lies in cleans1 afterwards. */
    private void correct(
        float[] xs, float[] predictions, float[] lastSamples, float[] cleans1, float[] cleans2) {
      float now = corrector.now();
      float last = corrector.last();
      float c0 = corrector.z0();
      float c1 = corrector.z1();
      float c2 = corrector.z2();
      for (int n = 0; n < xs.length; n++) {
        float z0 = zx * xs[n] + zp * predictions[n];
        float z1 = cleans1[n];
        float corrected = now * xs[n] + last * lastSamples[n] + c0 * z0 + c1 * z1 + c2 * cleans2[n];
        cleans2[n] = z1;
        cleans1[n] = z0;
        lastSamples[n] = corrected;
        xs[n] = corrected;
      }
    }

    private void predict(float[] xs, float[] cleans1, float[] cleans2) {
      float a = predictor.sample();
      float p0 = predictor.z0();
      float p1 = predictor.z1();
      for (int n = 0; n < xs.length; n++) {
        xs[n] = a * xs[n] + p0 * cleans1[n] + p1 * cleans2[n];
      }
    }
  }

  private final List<Step> table;

  private UniPc(NoiseLevels levels, List<Step> table) {
    super(
        levels, LatentSpace.VARIANCE_PRESERVING, 1, false, List.of(LAST_SAMPLE, CLEAN_1, CLEAN_2));
    this.table = List.copyOf(table);
  }

  static Scheduler create(SchedulerConfig config, TrainingSchedule training, int steps) {
    config.requireFalse("thresholding");
    if (!config.flag("predict_x0", true)) {
      throw SchedulerConfig.refused("predict_x0", false, "it must be true or absent");
    }
    Object predictor = config.values().get("solver_p");
    if (predictor != null) {
      throw SchedulerConfig.refused("solver_p", predictor, "it must be null or absent");
    }
    NoiseLevels levels = DpmFamily.levels(config, training, steps, SigmaSpacing.inFile(config));
    // The DPM solver's and DEIS's own types stand for bh2, as in diffusers.
    String type = config.choice("solver_type", "bh2", "bh1", "bh2", "midpoint", "heun", "logrho");
    UniPcUpdates updates = new UniPcUpdates(levels, type.equals("bh1"));
    PredictionType predicts = PredictionType.of(config);
    int order = DpmFamily.order(config);
    // At σ' = 0 the second order would divide by an endless step.
    boolean endsLower = config.flag("lower_order_final", true) || levels.sigmas()[steps] == 0;
    double[] uncorrected = config.numbers("disable_corrector");
    List<Step> table = new ArrayList<>();
    for (int step = 0; step < steps; step++) {
      Estimate clean = predicts.clean(levels.signal(step), levels.noise(step));
      double before = step - 1;
      boolean corrects = step > 0 && Arrays.stream(uncorrected).noneMatch(n -> n == before);
      int most = Math.min(Math.min(order, step + 1), endsLower ? steps - step : order);
      List<Corrector> correctors = new ArrayList<>();
      List<Predictor> predictors = new ArrayList<>();
      for (int of = 1; of <= order; of++) {
        correctors.add(corrects && of <= step ? updates.corrector(step, of) : Corrector.NONE);
        predictors.add(updates.predictor(step, Math.min(of, most)));
      }
      table.add(new Step(clean, most, correctors, predictors));
    }
    return new UniPc(levels, table);
  }

  /** The order grows from 1 with the history, and a step is corrected in the order it was made. */
  @Override
  protected Update update(int step, int done) {
    Step now = table.get(step);
    Predictor predictor = now.predictors.get(Math.min(now.order, done + 1) - 1);
    Corrector corrector =
        done == 0
            ? Corrector.NONE
            : now.correctors.get(Math.min(table.get(step - 1).order, done) - 1);
    return new Correction(
        (float) now.clean.sample(), (float) now.clean.prediction(), corrector, predictor);
  }
}
