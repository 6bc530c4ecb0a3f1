package demofusion.coordinator.diffusion.scheduler;

import demofusion.coordinator.diffusion.Parallel;
import demofusion.coordinator.diffusion.random.StepNoise;
import demofusion.coordinator.diffusion.scheduler.PredictionType.Estimate;
import demofusion.coordinator.diffusion.scheduler.UniPcUpdates.Corrector;
import demofusion.coordinator.diffusion.scheduler.UniPcUpdates.Predictor;
import demofusion.coordinator.diffusion.storage.Slab;
import demofusion.protocol.model.SchedulerConfig;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * UniPC on clean latents (Zhao et al. 2023, algorithms 5 to 8), of order 2 or 1: each step first
 * corrects the latent by what the model said of it, then predicts the next one.
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
      float sample,
      float prediction,
      int order,
      List<Corrector> correctors,
      List<Predictor> predictors) {}

  private final List<Step> table;

  private UniPc(NoiseLevels levels, List<Step> table) {
    super(levels, LatentSpace.VARIANCE_PRESERVING, 1, false);
    this.table = List.copyOf(table);
  }

  static Scheduler create(SchedulerConfig config, TrainingSchedule training, int steps) {
    if (!config.flag("predict_x0", true)) {
      throw SchedulerConfig.refused("predict_x0", false, "it must be true or absent");
    }
    Object predictor = config.values().get("solver_p");
    if (predictor != null) {
      throw SchedulerConfig.refused("solver_p", predictor, "it must be null or absent");
    }
    NoiseLevels levels =
        DpmFamily.levels(config, training, steps, config.flag("use_karras_sigmas", false));
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
      table.add(
          new Step(
              (float) clean.sample(), (float) clean.prediction(), most, correctors, predictors));
    }
    return new UniPc(levels, table);
  }

  @Override
  public void step(
      int step,
      float[] latent,
      float[] prediction,
      SolverHistory history,
      @Nullable StepNoise noise) {
    Step scalars = table.get(step);
    int done = history.steps();
    // The order grows from 1 with the history, and a step is corrected in the order it was made.
    Predictor predictor = scalars.predictors.get(Math.min(scalars.order, done + 1) - 1);
    Corrector corrector =
        done == 0
            ? Corrector.NONE
            : scalars.correctors.get(Math.min(table.get(step - 1).order, done) - 1);
    Slab lastSample = history.slab(LAST_SAMPLE, latent.length);
    Slab clean1 = history.slab(CLEAN_1, latent.length);
    Slab clean2 = history.slab(CLEAN_2, latent.length);
    Parallel.forRanges(
        latent.length,
        GRAIN,
        (from, to) -> {
          Band band = new Band();
          for (int at = from; at < to; at += BAND) {
            int count = Math.min(BAND, to - at);
            System.arraycopy(latent, at, band.xs, 0, count);
            System.arraycopy(prediction, at, band.predictions, 0, count);
            history.recall(lastSample, at, band.lastSamples, count);
            history.recall(clean1, at, band.cleans1, count);
            history.recall(clean2, at, band.cleans2, count);
            // z₁ and z₂ move one step back as they are used: z₀ lies in clean1 afterwards.
            band.correct(scalars, corrector);
            band.predict(predictor);
            System.arraycopy(band.xs, 0, latent, at, count);
            lastSample.write(at, band.lastSamples, 0, count);
            clean1.write(at, band.cleans1, 0, count);
            clean2.write(at, band.cleans2, 0, count);
          }
        });
    history.advance();
  }

  /** A piece of everything that a step looks at. */
  private static final class Band {
    final float[] xs = new float[BAND];
    final float[] predictions = new float[BAND];
    final float[] lastSamples = new float[BAND];
    final float[] cleans1 = new float[BAND];
    final float[] cleans2 = new float[BAND];

    void correct(Step scalars, Corrector corrector) {
      float zx = scalars.sample;
      float zp = scalars.prediction;
      float now = corrector.now();
      float last = corrector.last();
      float c0 = corrector.z0();
      float c1 = corrector.z1();
      float c2 = corrector.z2();
      for (int n = 0; n < BAND; n++) {
        float z0 = zx * xs[n] + zp * predictions[n];
        float z1 = cleans1[n];
        float corrected = now * xs[n] + last * lastSamples[n] + c0 * z0 + c1 * z1 + c2 * cleans2[n];
        cleans2[n] = z1;
        cleans1[n] = z0;
        lastSamples[n] = corrected;
        xs[n] = corrected;
      }
    }

    void predict(Predictor predictor) {
      float a = predictor.sample();
      float p0 = predictor.z0();
      float p1 = predictor.z1();
      for (int n = 0; n < BAND; n++) {
        xs[n] = a * xs[n] + p0 * cleans1[n] + p1 * cleans2[n];
      }
    }
  }
}
