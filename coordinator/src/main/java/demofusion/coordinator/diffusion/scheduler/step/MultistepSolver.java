package demofusion.coordinator.diffusion.scheduler.step;

import demofusion.coordinator.diffusion.scheduler.level.NoiseLevels;
import demofusion.coordinator.diffusion.scheduler.step.PredictionType.Estimate;
import java.util.ArrayList;
import java.util.List;

/**
 * A solver that remembers what it took from the model's last answers: clean latents, noises or
 * slopes y, all of which are linear in x and the answer p.
 *
 * <pre>
 *   y  = s·x + t·p
 *   x ← a·x + w₀·y + w₁·y₋₁ + w₂·y₋₂ + … + c·n      y₋ₖ: the y of k steps before
 * </pre>
 */
public final class MultistepSolver extends SolverBase {
  private static final String REMEMBERED = "remembered";

  /**
   * One step of one order.
   *
   * @param y taken from x and the model's answer
   * @param sample a
   * @param weights w₀, w₁, …; as many as the order
   * @param noise c
   */
  public record Combination(Estimate y, double sample, double[] weights, double noise) {}

  /** Steps by how many others came before them in their phase. */
  public interface Orders {
    Combination combination(int step, int done);
  }

  private record Weighted(float s, float t, float a, float[] weights, float noise)
      implements Update {
    @Override
    public void apply(float[] xs, float[] predictions, float[][] memory) {
      for (int n = 0; n < xs.length; n++) {
        float y = s * xs[n] + t * predictions[n];
        float sum = a * xs[n] + weights[0] * y;
        for (int k = 1; k < weights.length; k++) {
          sum += weights[k] * memory[k - 1][n];
        }
        for (int k = memory.length - 1; k > 0; k--) {
          memory[k][n] = memory[k - 1][n];
        }
        if (memory.length > 0) {
          memory[0][n] = y;
        }
        xs[n] = sum;
      }
    }
  }

  private final List<List<Update>> table; // by step, then by how many came before

  /**
   * @param mostOrder how many y there are at most, this step's own among them
   */
  public MultistepSolver(
      NoiseLevels levels, LatentSpace space, double initNoiseSigma, int mostOrder, Orders orders) {
    super(levels, space, initNoiseSigma, isStochastic(levels, orders), names(mostOrder - 1));
    table = new ArrayList<>();
    for (int step = 0; step < levels.steps(); step++) {
      List<Update> byHistory = new ArrayList<>();
      for (int done = 0; done < mostOrder && done <= step; done++) {
        byHistory.add(update(orders.combination(step, done)));
      }
      table.add(byHistory);
    }
  }

  private static boolean isStochastic(NoiseLevels levels, Orders orders) {
    for (int step = 0; step < levels.steps(); step++) {
      if (orders.combination(step, 0).noise != 0) {
        return true;
      }
    }
    return false;
  }

  private static List<String> names(int count) {
    List<String> names = new ArrayList<>();
    for (int n = 1; n <= count; n++) {
      names.add(REMEMBERED + n);
    }
    return names;
  }

  /** What a combination makes of one band. */
  public static Update update(Combination combination) {
    float[] weights = new float[combination.weights.length];
    for (int n = 0; n < weights.length; n++) {
      weights[n] = (float) combination.weights[n];
    }
    return new Weighted(
        (float) combination.y.sample(),
        (float) combination.y.prediction(),
        (float) combination.sample,
        weights,
        (float) combination.noise);
  }

  @Override
  protected Update update(int step, int done) {
    List<Update> byHistory = table.get(step);
    return byHistory.get(Math.min(done, byHistory.size() - 1));
  }
}
