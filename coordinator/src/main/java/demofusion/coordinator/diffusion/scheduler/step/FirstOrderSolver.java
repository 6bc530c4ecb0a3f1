package demofusion.coordinator.diffusion.scheduler.step;

import demofusion.coordinator.diffusion.scheduler.level.NoiseLevels;
import java.util.List;

/**
 * A solver that remembers nothing: {@code Ddim}, {@code Euler}, {@code EulerAncestral} and {@code
 * Lcm}. Whatever their formula, clean latent and noise are linear in x and the model's prediction p
 * ({@link PredictionType}), and so is the step:
 *
 * <pre>
 *   x ← a·x + b·p + c·n        n: fresh normals
 * </pre>
 *
 * which is why one step on a fused prediction does for all tiles (spec section 6).
 */
public final class FirstOrderSolver extends SolverBase {
  /** One step's scalars: a, b and c. */
  public record Step(float sample, float prediction, float noise) implements Update {
    public Step(double sample, double prediction, double noise) {
      this((float) sample, (float) prediction, (float) noise);
    }

    @Override
    public void apply(float[] xs, float[] predictions, float[][] memory) {
      for (int n = 0; n < xs.length; n++) {
        xs[n] = sample * xs[n] + prediction * predictions[n];
      }
    }
  }

  private final List<Update> table;

  public FirstOrderSolver(
      NoiseLevels levels, LatentSpace space, double initNoiseSigma, List<? extends Update> table) {
    super(
        levels,
        space,
        initNoiseSigma,
        table.stream().anyMatch(step -> step.noise() != 0),
        List.of());
    this.table = List.copyOf(table);
  }

  @Override
  public boolean isPointwise() {
    return !isStochastic();
  }

  @Override
  protected Update update(int step, int done) {
    return table.get(step);
  }
}
