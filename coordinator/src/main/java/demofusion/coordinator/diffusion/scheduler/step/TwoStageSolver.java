package demofusion.coordinator.diffusion.scheduler.step;

import demofusion.coordinator.diffusion.scheduler.level.NoiseLevels;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A solver whose steps ask the model twice: at x, and at an intermediate x₂ that follows from its
 * answer. Whatever the formula, both halves are linear, and all that the second needs of the first
 * is one latent m, which the history keeps meanwhile:
 *
 * <pre>
 *   m  = k·x + l·p                    p: what the model said of x
 *   x₂ = a·x + b·p + c·n₁
 *   x ← m + a₂·x₂ + b₂·p₂ + c₂·n      p₂: what it said of x₂
 * </pre>
 *
 * A step without a second half is of first order, as the last one is, which ends in the picture.
 */
public final class TwoStageSolver extends SolverBase {
  private static final String KEPT = "kept";

  /** What is left of x and of the model's answer in a sum. */
  public record Share(double sample, double prediction) {
    public static final Share NONE = new Share(0, 0);

    /** The next x of a step towards a clean latent: keep·x + share·D. */
    public static Share towards(double keep, double share, PredictionType.Estimate clean) {
      return new Share(keep + share * clean.sample(), share * clean.prediction());
    }
  }

  /**
   * The second half of a step.
   *
   * @param draw which of the step's normals, from 0
   */
  public record Second(Evaluation at, Share share, double noise, int draw) {}

  /** A whole step; kept: m; next: x₂, or the next x where there is no second half. */
  public record Step(Share kept, Share next, double noise, @Nullable Second second) {
    /** One that asks the model once, and draws no noise. */
    public static Step ofFirstOrder(Share next) {
      return new Step(Share.NONE, next, 0, null);
    }
  }

  /** The first half: keeps m in its first slab, and goes on to x₂. */
  public record Keeping(Share kept, Share next, float noise) implements Update {
    @Override
    public void apply(float[] xs, float[] predictions, float[][] memory) {
      float[] m = memory[0];
      float k = (float) kept.sample;
      float l = (float) kept.prediction;
      float a = (float) next.sample;
      float b = (float) next.prediction;
      for (int n = 0; n < xs.length; n++) {
        m[n] = k * xs[n] + l * predictions[n];
        xs[n] = a * xs[n] + b * predictions[n];
      }
    }
  }

  /** The second half: adds to m. */
  public record Completing(Share share, float noise, int draw) implements Update {
    @Override
    public void apply(float[] xs, float[] predictions, float[][] memory) {
      float[] m = memory[0];
      float a = (float) share.sample;
      float b = (float) share.prediction;
      for (int n = 0; n < xs.length; n++) {
        xs[n] = m[n] + (a * xs[n] + b * predictions[n]);
      }
    }
  }

  private final List<Step> table;

  public TwoStageSolver(NoiseLevels levels, double initNoiseSigma, List<Step> table) {
    super(
        levels,
        LatentSpace.SIGMA,
        initNoiseSigma,
        table.stream()
            .anyMatch(step -> step.noise != 0 || (step.second != null && step.second.noise != 0)),
        List.of(KEPT));
    this.table = List.copyOf(table);
  }

  @Override
  public int evaluations(int step, int done) {
    return table.get(step).second == null ? 1 : 2;
  }

  @Override
  public float secondTimestep(int step) {
    return second(step).at.timestep();
  }

  @Override
  public float secondInputScale(int step) {
    return second(step).at.inputScale();
  }

  @Override
  public double secondSigma(int step) {
    return second(step).at.sigma();
  }

  private Second second(int step) {
    return Objects.requireNonNull(table.get(step).second);
  }

  @Override
  protected Update update(int step, int done) {
    Step now = table.get(step);
    return new Keeping(now.kept, now.next, (float) now.noise);
  }

  @Override
  protected Update secondUpdate(int step) {
    Second now = second(step);
    return new Completing(now.share, (float) now.noise, now.draw);
  }
}
