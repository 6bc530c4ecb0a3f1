package demofusion.coordinator.diffusion.scheduler;

import demofusion.coordinator.diffusion.Parallel;
import demofusion.coordinator.diffusion.random.StepNoise;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A solver that remembers nothing: every step is x ← a·x + b·prediction + c·normals, with scalars
 * that were computed when it was made (spec section 6).
 */
final class FirstOrderSolver extends SolverBase {
  /** One step's scalars: a, b and c. */
  record Step(float sample, float prediction, float noise) {
    Step(double sample, double prediction, double noise) {
      this((float) sample, (float) prediction, (float) noise);
    }
  }

  private final List<Step> table;

  FirstOrderSolver(NoiseLevels levels, LatentSpace space, double initNoiseSigma, List<Step> table) {
    super(levels, space, initNoiseSigma, table.stream().anyMatch(step -> step.noise != 0));
    this.table = List.copyOf(table);
  }

  @Override
  public void step(
      int step,
      float[] latent,
      float[] prediction,
      SolverHistory history,
      @Nullable StepNoise noise) {
    Step scalars = table.get(step);
    float[] normals = draw(step, scalars.noise, latent.length, history, noise);
    Parallel.forRanges(
        latent.length,
        GRAIN,
        (from, to) -> {
          combine(scalars, latent, prediction, from, to);
          if (scalars.noise != 0) {
            add(scalars.noise, normals, latent, from, to);
          }
        });
    history.advance();
  }

  private static void combine(Step scalars, float[] latent, float[] prediction, int from, int to) {
    float a = scalars.sample;
    float b = scalars.prediction;
    for (int n = from; n < to; n++) {
      latent[n] = a * latent[n] + b * prediction[n];
    }
  }

  /** latent ← latent + share·normals. */
  static void add(float share, float[] normals, float[] latent, int from, int to) {
    for (int n = from; n < to; n++) {
      latent[n] += share * normals[n];
    }
  }
}
