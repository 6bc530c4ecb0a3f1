package demofusion.coordinator.diffusion.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import demofusion.coordinator.diffusion.random.StepNoise;
import demofusion.coordinator.diffusion.random.TorchGenerator;
import demofusion.coordinator.diffusion.scheduler.step.NoiseMix;
import demofusion.coordinator.diffusion.scheduler.step.Scheduler;
import demofusion.coordinator.diffusion.scheduler.step.SolverHistory;
import demofusion.protocol.model.SchedulerConfig;
import demofusion.protocol.model.SchedulerKind;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** SDXL's training, solvers over it, and models that know the answer. */
final class SolverFixture {
  static final StepNoise NOISE = StepNoise.of(1, 1);

  /** What models may predict. */
  static final String[] PREDICTIONS = {"epsilon", "v_prediction", "sample"};

  private SolverFixture() {}

  /** SDXL's scheduler_config.json without what its solver's class says, and these keys on top. */
  static SchedulerConfig config(Map<String, Object> more) {
    Map<String, Object> values = new HashMap<>();
    values.put("beta_start", 0.00085);
    values.put("beta_end", 0.012);
    values.put("beta_schedule", "scaled_linear");
    values.put("num_train_timesteps", 1000);
    values.putAll(more);
    return SchedulerConfig.fromJson(values);
  }

  static Scheduler solver(SchedulerKind kind, int steps, Map<String, Object> more) {
    return Schedulers.create(config(more), kind, steps);
  }

  /** All that draw with models that were trained on betas. */
  static Stream<SchedulerKind> kinds() {
    return SchedulerKind.all().stream().filter(kind -> !kind.solver().isOfEdm());
  }

  /** What a model says of a latent. */
  interface Model {
    /**
     * @param evaluation of the step, from 0
     */
    float[] prediction(float[] latent, int evaluation);
  }

  /** A whole step, however often it asks. */
  static void step(
      Scheduler solver,
      int step,
      float[] latent,
      SolverHistory history,
      @Nullable StepNoise noise,
      Model model) {
    do {
      float[] prediction = model.prediction(latent, history.evaluation());
      solver.step(step, latent, prediction, history, noise);
    } while (history.evaluation() > 0);
  }

  static float[] normals(int length, long seed) {
    float[] values = new float[length];
    new TorchGenerator(seed).randn(values);
    return values;
  }

  /** z noised for the beginning of that step. */
  static float[] noised(Scheduler solver, int step, float[] clean, float[] noise) {
    float[] latent = new float[clean.length];
    NoiseMix mix = solver.noiseMix(step);
    for (int n = 0; n < latent.length; n++) {
      latent[n] = mix.signal() * clean[n] + mix.noise() * noise[n];
    }
    return latent;
  }

  /** What a model says that knows z: that, or the noise, or the velocity, that makes x of it. */
  static float[] predictionOf(
      Scheduler solver, int step, int evaluation, float[] latent, double[] clean, String predicts) {
    double sigma = sigma(solver, step, evaluation);
    double signal = 1 / Math.sqrt(1 + sigma * sigma);
    boolean isSigmaSpace = solver.noiseMix(step).signal() == 1 && solver.inputScale(step) != 1;
    NoiseMix mix =
        isSigmaSpace
            ? new NoiseMix(1, (float) sigma)
            : new NoiseMix((float) signal, (float) (sigma * signal));
    float[] prediction = new float[latent.length];
    for (int n = 0; n < latent.length; n++) {
      double noise = (latent[n] - mix.signal() * clean[n]) / mix.noise();
      prediction[n] =
          (float)
              switch (predicts) {
                case "v_prediction" -> signal * noise - sigma * signal * clean[n];
                case "sample" -> clean[n];
                default -> noise;
              };
    }
    return prediction;
  }

  /** The noise level at which a step asks. */
  static double sigma(Scheduler solver, int step, int evaluation) {
    if (evaluation == 0) {
      return solver.sigma(step);
    }
    double scale = solver.secondInputScale(step);
    return scale == 1 ? solver.sigma(step + 1) : Math.sqrt(1 / (scale * scale) - 1);
  }

  /** The largest difference between two values at the same place. */
  static double distance(float[] one, float[] other) {
    assertThat(one).hasSameSizeAs(other);
    double most = 0;
    for (int n = 0; n < one.length; n++) {
      double difference = Math.abs((double) one[n] - other[n]);
      most = Double.isNaN(difference) ? Double.POSITIVE_INFINITY : Math.max(most, difference);
    }
    return most;
  }
}
